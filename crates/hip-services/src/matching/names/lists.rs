//! What is known of Indian names beyond their sounds. A word that is on no list is a given name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::parts::Class;
use super::sound::Sound;
use crate::matching::scripts;

/// Words that say nothing of whose name it is. Shri and Shree are among them and yet may be a part:
/// Shri Devi is Shridevi.
const TITLES: &str = "dr doctor mr mrs ms miss mx sri shri shree shrimati shreemati srimati smt sow sou \
    sau saubhagyavati kum km sushri thiru tmt thirumathi thirumati thirumathy late lt prof adv \
    er col capt maj gen hav sep haji hajji hajee maulana janab mst musammat mosammat mosammet \
    musamat master mstr sardarni pt fr rev sister ben behn bhai bai saheb \
    sahib sahiba garu avargal ji jee श्री श्रीमती सुश्री শ্রী শ্রীমতী શ્રી શ્રીમતી ସ୍ରୀ ଶ୍ରୀ ଶ୍ରୀମତୀ ਸ਼੍ਰੀ ਸ਼੍ਰੀਮਤੀ శ్రీ శ్రీమతి ಶ್ರೀ \
    ಶ್ರೀಮತಿ ശ്രീ ശ്രീമതി ஸ்ரீ திரு திருமதி محترمہ جناب ڈاکٹر";

/// Halves of given names, which brothers and sisters share: whoever lacks one may be another.
const HALVES: &str = "ram raj sai maria mary naga venkata venkat veera siva satya bala guru rani nath \
    chandra chand kanta lata babu om jai jay shiv bahadur pal deo dev dayal charan saran sharan \
    nandan vijaya bhagya durga amma appa selvi baby swami sardar pandit";

/// Parts that stand beside given names, brothers and sisters share, and clerks leave out.
const COMMON: &str = "kumar kumari devi lal prasad mohammed abdul abdur abdus begum bibi bi bano banu \
    khatun khatoon wati vati bati dei un ul al el din uddin ud ur bin ibn binti e";

/// The most frequent given names. A name that is not here is none the less taken for one; of these
/// it is known that they are no surname.
const GIVEN: &str = "aarti abhishek ajay ajit akash akhil alka amar amit amita amrita anand ananya \
    anil anita anjali anjana anju ankit ankita anu anup anuradha anusha aparna archana arjun arun \
    aruna arvind asha ashish ashok ashwini bharati bhavana bindu chandan chitra deepa deepak deepika \
    dharmendra dinesh divya farhan fatima ganesh gaurav gayatri geetha girish gopal gopi hari harish \
    hema hemant imran indira indu irfan jagdish jaya jayanthi jitendra jyoti kamal kamala kannan \
    karthik kavitha kiran kishore krishnan kumaran kusum lakshmi lalita latha leela lokesh madhavi \
    madhu mahendra mahesh mala malathi malini mallika mamta mani manikandan manish manisha manju \
    manjula manoj meenakshi megha mohan mukesh murali murugan nagaraj nalini naresh naveen neelam \
    neha nikhil nirmala nisha nitin padma padmavathi palani pankaj parvathi pavithra pooja prabhu \
    pradeep prakash pramod prasanna prashant praveen preethi prema priya pushpa radha radhika rahul \
    rajan rajendra rajesh rajeswari raju rakesh rama raman ramesh ranjith rashmi ravi rekha renuka \
    revathi rohit roopa sandeep sandhya sangeetha sanjay santhosh saravanan sarita saroja sathish \
    savitri seema selvam senthil shakuntala shanthi sharada shilpa shobha shyamala sindhu sneha \
    sridevi srinivas srinivasan subramaniam sudha sujatha suma sumathi sumitra sundar sunil sunita \
    suresh sushila swapna swathi uma umesh usha vanitha vasanthi veena venkatesan venkatesh vidya \
    vijay vijayalakshmi vikram vimala vinay vinod vishal yasmin yogesh";

/// Names of families. Not one of them says who of the family it is.
const SURNAMES: &str = "agarwal aggarwal agrawal ahir ahluwalia ansari arora babbar bains bajaj bajwa banerjee baral \
    barik barman barua basak basu behera bera bhagat bhandari bhardwaj bhat bhatia bhatt \
    bhattacharya bhosale biswal biswas bora borah bose brahma brar chakma chakraborty chatterjee \
    chaturvedi chauhan chavan chawla cheema chettiar chetty chhetri chaudhary choudhury dalal dalit das \
    dasgupta dash deb deka desai deshmukh deshpande dey dhillon dixit dsouza dubey dutta dwivedi \
    ekka faruqi fernandes gaikwad ganguly garg gavit ghosh gill gogoi goel goswami gounder gowda \
    goyal grewal guha gupta gurjar gurung halder hansda hegde hembram iyengar iyer jadav jadhav jain \
    jaiswal jat jena jha joshi kadam kale kalita kamble kapoor kashyap kaur khan khanna khatri \
    khatun koli kujur kulkarni kurmi kushwaha lakra limbu lodhi lone mahajan mahanta mahato mahto maity mann \
    majhi majumdar malhotra malik mallick malviya mandal manjhi marandi maurya meena mehra mehta \
    menon minz mir mirza mishra mistry modi mohanty mondal more mudaliar mukherjee munda murmu \
    nadar naidu naik nair namboothiri nayak nayar negi nishad oraon padhi pal panda pandey pandit \
    panicker parmar pasi paswan patel pathak pathan patil patnaik paul pawar pereira pillai poddar \
    pradhan prajapati purohit qureshi rai rajak rajbhar rajput rana randhawa rao rastogi rathod rathore raut \
    rautela rawat ray reddy rout roy sabar saha sahni sahoo sahu saikia saini salunkhe samal \
    sandhu sarkar sarma sawant saxena sekhon sen seth sethi setty shah sharma shaikh shetty shinde shukla \
    siddiqui sidhu singh sinha solanki solomon sonawane soni soren srivastava swain syed tamang \
    thakur thakkar thapa tirkey tiwari toppo trivedi tripathi tudu tyagi upadhyay vaghela vaishnav varma \
    verma vishwakarma wagh yadav zaidi zala";

/// Spellings of one name that its sounds do not join, a name to a line, the usual one first.
const SPELLINGS: &str = "\
mohammed muhammad mohammad mohamed muhammed mohamad mahammad mohd md mohmad mohamud mehmed mahomed mohammod muhamad محمد
ahmed ahmad ahamed ahmmed ahemad ahammed ehmad
rahman rehman rahaman rehaman raheman rohman
hussain husain hussein hossain hosain hussian hosen hossen husen husein
fatima fathima fatema fatma phatima fatimah
aisha ayesha ayisha aysha aayesha aishah aesha ayesa ayasha
khadija khatija kadija khadeeja khateeja khatiza
yusuf yousuf yousaf yusaf yousef yusef usuf
shaikh sheikh shaik sheik sk shaykh sekh seikh shek شیخ
syed sayed saiyad sayyid sayyed saiyed syeda sayeda
abdul abdool abdhul abdoul
begum begam begom
kumar kr kumaar kumer kumara
prasad pd parsad prosad prashad
singh sinh sing simha singha
chaudhary choudhury chaudhari choudhary chaudhuri chowdhury chowdary chowdhary choudary chaudry choudhuri
banerjee banerji bandyopadhyay banerjea
mukherjee mukherji mukhopadhyay mookerjee mukharji mukharjee
chatterjee chatterji chattopadhyay chaterjee
chakraborty chakravarty chakrabarti chakravarti chakraborti
bhattacharya bhattacharjee bhattacharyya bhattacharyay
iyer aiyar ayyar aiyer
pandey pande panday pandeya
naidu nayudu
tiwari tiwary tewari tewary tivari
mishra misra mishr
srivastava shrivastava srivastav shrivastav shreevastava
yadav yadava jadav
dubey dube doobey
roy ray
subramaniam subramanyam subramanian subrahmanyam subramaniyan subramaniyam subramani subrahmaniam
krishna krushna krisna krushn krishn
krishnan krishnen
lakshmi lakshmy luxmi lakhmi lachmi latchumi lachhmi laxmy லட்சுமி লক্ষ্মী
saurabh sourav saurav sourabh
rao ravu rav
dutta datta dutt datt
saraswati saraswathi sarasvati sarswati saraswathy
venkateswara venkateshwara venkateswar venkateshwar
balasubramaniam balasubramanian balasubramanyam
jyoti jothi jyothi jyothy joti
shyam sham syam
shashi sashi
aggarwal agarwal agrawal agarwala aggrawal
dsouza desouza disouza
joseph josef joshep
thomas tomas
mary mery meri
elizabeth elisabeth
philip phillip filip philips
stephen steven stefen";

/// Names that are written otherwise in another region: they agree less than spellings of one.
const REGIONAL: &str = "\
vijay bijay bijoy
vikram bikram
vimal bimal
vimala bimala
vinod binod
vishnu bishnu
vasant basant basanta
vishwanath biswanath
vidya bidya
savita sabita
govind gobind gobinda govinda
bhavani bhabani
virendra birendra birender
varun barun
vandana bandana
vivek bibek
vishal bishal
vikas bikash bikas
vasanti basanti
vasudev basudev basudeb
ganesh ganesan ganeshan
ramesh rameshan
suresh sureshan
mahesh mohesh
jayanti jayanthi jeyanthi jeyanti
yamuna jamuna
yashoda jashoda jasoda
yogesh jogesh
yogendra jogendra joginder
lakshman lachman lachhman laxman lachiman
aparna aparana
manoj monoj
pranav pranab
arnav arnab
abhishek avishek
abhijit avijit abhijeet";

/// What is known of a word.
#[derive(Clone, Copy)]
pub(super) struct Variant {
    pub(super) sound: Sound,
    pub(super) class: Class,
    pub(super) regional: Option<u16>,
    pub(super) is_known_given: bool,
}

/// Every word of the lists, by its sound.
static KNOWN: LazyLock<HashMap<Sound, Variant>> = LazyLock::new(|| {
    let mut usual: HashMap<Sound, Sound> = HashMap::new();
    for line in SPELLINGS.lines() {
        let mut sounds = line.split_whitespace().filter_map(sound_of);
        let Some(first) = sounds.next() else { continue };
        for sound in sounds {
            usual.entry(sound).or_insert(first);
        }
    }
    let of = |word: &str| sound_of(word).map(|sound| *usual.get(&sound).unwrap_or(&sound));
    let mut known: HashMap<Sound, Variant> = HashMap::new();
    // The first list that has a word decides: titles, halves, common parts, surnames.
    let lists = [
        (Class::Title, TITLES),
        (Class::Half, HALVES),
        (Class::Common, COMMON),
        (Class::Surname, SURNAMES),
    ];
    for (class, list) in lists {
        for sound in list.split_whitespace().filter_map(of) {
            known.entry(sound).or_insert(Variant {
                sound,
                class,
                regional: None,
                is_known_given: false,
            });
        }
    }
    for (line, number) in REGIONAL.lines().zip(0_u16..) {
        for sound in line.split_whitespace().filter_map(of) {
            let given =
                Variant { sound, class: Class::Given, regional: None, is_known_given: false };
            known.entry(sound).or_insert(given).regional = Some(number);
        }
    }
    for sound in GIVEN.split_whitespace().filter_map(of) {
        let given = Variant { sound, class: Class::Given, regional: None, is_known_given: true };
        known.entry(sound).or_insert(given).is_known_given = true;
    }
    for (spelled, sound) in usual {
        let given = Variant { sound, class: Class::Given, regional: None, is_known_given: false };
        let variant = known.get(&sound).copied().unwrap_or(given);
        known.insert(spelled, variant);
    }
    known
});

fn sound_of(word: &str) -> Option<Sound> {
    let mut spelled = String::new();
    let writing = scripts::spell(word, &mut spelled)?;
    Sound::of(&spelled, writing)
}

/// What is known of a word, by its sound.
pub(super) fn variant(sound: Sound) -> Variant {
    let given = Variant { sound, class: Class::Given, regional: None, is_known_given: false };
    KNOWN.get(&sound).copied().unwrap_or(given)
}

/// An abbreviation that would pass for initials, written out.
pub(super) fn expanded(spelled: &str) -> &str {
    match spelled {
        "md" | "mhd" | "mohd" => "mohammed",
        "sk" => "shaikh",
        "kr" => "kumar",
        "pd" => "prasad",
        "dr" | "mr" | "mrs" | "ms" | "mx" | "km" | "smt" | "tmt" | "mst" | "lt" | "fr" | "pt" => {
            "shri"
        }
        other => other,
    }
}

/// A word without the form of address that Gujarati and Marathi write as one with it: Rameshbhai,
/// Ashaben, Laxmibai.
pub(super) fn without_address(spelled: &str) -> &str {
    let without = ["bhaai", "bhai", "behn", "ben", "baai", "bai"].iter().find_map(|address| {
        spelled
            .strip_suffix(address)
            .filter(|name| name.len() >= 4 || (name.len() == 3 && *address != "bai"))
    });
    without.unwrap_or(spelled)
}

/// "Doctor" as the scripts abbreviate it.
pub(super) fn is_doctor(word: &str) -> bool {
    ["डॉ", "डॉ", "डा", "ডা", "ডাঃ", "ડૉ", "ડો", "ਡਾ", "ଡା", "டாக்டர்", "డా", "ಡಾ", "ഡോ"].contains(&word)
}

/// A name up to the word that makes the rest of it another person's: "Asha W/O Ramesh".
pub(super) fn before_a_relation(text: &str) -> &str {
    let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    let bytes = text.as_bytes();
    let cut = (0..bytes.len()).find(|&place| {
        let begins = place == 0 || !letter(bytes.get(place - 1));
        let rest = bytes.get(place..).unwrap_or_default();
        begins
            && match rest {
                [b'@', ..] => true,
                [relative, b'/', b'o' | b'O', ..] => {
                    b"sdwchbfmSDWCHBFM".contains(relative) && !letter(rest.get(3))
                }
                _ => RELATIONS.iter().any(|relation| {
                    rest.get(..relation.len()).is_some_and(|r| r.eq_ignore_ascii_case(relation))
                        && !letter(rest.get(relation.len()))
                }),
            }
    });
    cut.and_then(|cut| text.get(..cut)).unwrap_or(text)
}

const RELATIONS: [&[u8]; 10] = [
    b"son of",
    b"daughter of",
    b"wife of",
    b"husband of",
    b"mother of",
    b"father of",
    b"baby of",
    b"child of",
    b"twin of",
    b"alias",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_relation_is_another_persons_name() {
        for (text, own) in [
            ("Asha W/O Ramesh", "Asha "),
            ("B/O Asha", ""),
            ("Baby of Asha", ""),
            ("Ramesh @ Raju", "Ramesh "),
            ("Santosh", "Santosh"),
            ("Aliasgar Khan", "Aliasgar Khan"),
            ("", ""),
        ] {
            assert_eq!(before_a_relation(text), own);
        }
    }

    #[test]
    fn every_line_of_the_lists_is_read() {
        for line in SPELLINGS.lines().chain(REGIONAL.lines()) {
            assert!(line.split_whitespace().count() > 1, "{line}");
            for word in line.split_whitespace() {
                assert!(sound_of(word).is_some(), "{word}");
            }
        }
        for word in [TITLES, HALVES, COMMON, SURNAMES, GIVEN]
            .iter()
            .flat_map(|list| list.split_whitespace())
        {
            assert!(sound_of(word).is_some(), "{word}");
        }
    }
}
