//! Names as people spell them, written down by hand and not made by the matcher's rules. In each
//! line the spellings of one name, then the same in its region's script.

/// The people of a region, and how they name themselves.
pub(crate) struct Region {
    pub(crate) custom: Custom,
    pub(crate) men: &'static str,
    pub(crate) women: &'static str,
    pub(crate) surnames: &'static str,
}

/// How a name is put together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Custom {
    /// Given name, often Kumar or Devi, surname.
    North,
    /// Given name, the father's name, surname; the desk often writes the surname first.
    West,
    /// Given name with the initial of the father's; no surname.
    South,
    /// The family's name as an initial or in front, given name.
    Telugu,
    /// Given name, surname.
    East,
    /// Mohammed or Sheikh before the given name; Khatun or Begum after it.
    Muslim,
    /// Given name, Singh or Kaur, sometimes a surname.
    Punjab,
}

pub(crate) const REGIONS: [Region; 7] = [
    Region {
        custom: Custom::North,
        men: "Ramesh Rameshh = रमेश
Rajesh Raajesh = राजेश
Suresh Sureshh = सुरेश
Mahesh = महेश
Dinesh = दिनेश
Naresh = नरेश
Ram = राम
Shyam Sham = श्याम
Mohan Mohun = मोहन
Sohan = सोहन
Rohan = रोहन
Anil Aneel = अनिल
Sunil Suneel = सुनील
Ajay Ajai = अजय
Vijay Vijai Bijay = विजय
Sanjay Sanjai = संजय
Amit Ameet = अमित
Sumit Sumeet = सुमित
Ravi Ravee = रवि
Kapil = कपिल
Deepak Dipak = दीपक
Pradeep Pradip Pardeep = प्रदीप
Kuldeep Kuldip = कुलदीप
Vikas Vikash Bikash = विकास
Prakash Parkash = प्रकाश
Narendra Narender Narinder = नरेन्द्र
Surendra Surender Surinder = सुरेन्द्र
Jitendra Jitender = जितेन्द्र
Krishna Krishn = कृष्ण
Lakshman Laxman Lachhman = लक्ष्मण
Bharat Bharath = भरत
Sharad Sarad = शरद
Hari = हरि
Yogesh = योगेश
Lokesh = लोकेश
Vishnu Bishnu = विष्णु
Shiv Siv = शिव
Gopal = गोपाल
Nandlal Nand = नन्द
Kiran = किरण
Karan = करण
Arun = अरुण
Varun = वरुण
Tarun = तरुण
Rahul = राहुल
Rakesh = राकेश
Mukesh = मुकेश
Umesh = उमेश
Ganesh = गणेश
Manoj = मनोज
Vinod Binod = विनोद
Pramod = प्रमोद
Ashok Asok = अशोक
Alok = आलोक
Sachin = सचिन
Nitin = नितिन",
        women: "Asha Aasha = आशा
Usha Oosha = उषा
Sita Seeta = सीता
Gita Geeta = गीता
Rita Reeta = रीता
Anita Aneeta = अनीता
Sunita Suneeta = सुनीता
Vinita Vineeta = विनीता
Lakshmi Laxmi Luxmi = लक्ष्मी
Pooja Puja = पूजा
Meena Mina = मीना
Beena Bina = बीना
Veena Vina = वीणा
Reena Rina = रीना
Kamla Kamala = कमला
Vimla Vimala Bimla = विमला
Nirmala Nirmla = निर्मला
Urmila Urmilla = उर्मिला
Sarita Sareeta = सरिता
Savita Sabita = सविता
Kavita Kavitha = कविता
Lalita Lalitha = ललिता
Radha = राधा
Rekha = रेखा
Seema Sima = सीमा
Neelam Nilam = नीलम
Poonam Punam = पूनम
Shobha Sobha = शोभा
Subha Shubha = शुभा
Sushila Susheela = सुशीला
Sheela Sheila = शीला
Priya Preeya = प्रिया
Divya Divyaa = दिव्या
Kiran = किरण
Jyoti Jyothi = ज्योति
Arti Aarti = आरती
Bharti Bharati = भारती
Manju Manjoo = मंजू
Anju Anjoo = अंजू
Ranju = रंजू
Parvati Parwati = पार्वती
Saraswati Sarasvati = सरस्वती
Durga = दुर्गा
Neha = नेहा
Sneha = स्नेहा
Kanchan = कंचन
Mamta Mamata = ममता
Namrata Namrta = नम्रता
Rajni Rajani = रजनी
Sandhya Sandhia = संध्या",
        surnames: "Sharma Sarma = शर्मा
Verma Varma = वर्मा
Gupta = गुप्ता
Mishra Misra = मिश्रा
Pandey Pande = पाण्डेय
Tiwari Tiwary Tewari = तिवारी
Yadav = यादव
Singh Sinh = सिंह
Chaudhary Choudhary Chowdhury = चौधरी
Srivastava Shrivastava = श्रीवास्तव
Agarwal Aggarwal = अग्रवाल
Thakur = ठाकुर
Jaiswal Jayaswal = जायसवाल
Nishad Nisad = निषाद
Lodhi Lodi = लोधी
Bind Beend = बिंद
Kori Koree = कोरी
Barai Baray = बरई
Gond Gaund = गोंड",
    },
    Region {
        custom: Custom::West,
        men: "Rameshbhai Ramesh = રમેશ
Jignesh = જિજ્ઞેશ
Hitesh Hiteshbhai = હિતેશ
Nilesh Neelesh = નિલેશ
Mitesh = મિતેશ
Bhavesh = ભાવેશ
Kalpesh = કલ્પેશ
Alpesh = અલ્પેશ
Chirag Chiraag = ચિરાગ
Parth Parath = પાર્થ
Dhaval = ધવલ
Vipul Bipul = વિપુલ
Ketan = કેતન
Chetan = ચેતન
Mayur = મયૂર
Ankur = અંકુર
Kirit Kireet = કિરીટ
Jayesh = જયેશ
Paresh = પરેશ
Haresh = હરેશ
Dilip Dileep Dilipbhai = દિલીપ
Kantilal = કાંતિલાલ
Manilal = મણિલાલ
Ashwin Aswin = અશ્વિન
Gaurang Gourang = ગૌરાંગ",
        women: "Hansa Hansaben = હંસા
Kokila Kokilaben = કોકિલા
Jagruti Jagruthi = જાગૃતિ
Bhavna Bhavana Bhawna = ભાવના
Kalpana Kalpna = કલ્પના
Daksha Daxa = દક્ષા
Hetal = હેતલ
Hiral Heeral = હિરલ
Komal = કોમલ
Sonal = સોનલ
Minal Meenal = મીનલ
Rupal Roopal = રૂપલ
Pinal = પિનલ
Kinjal = કિંજલ
Jalpa = જલ્પા
Shilpa Silpa = શિલ્પા
Falguni Phalguni = ફાલ્ગુની
Manisha Maneesha = મનીષા
Varsha Warsha = વર્ષા
Harsha = હર્ષા
Ila Eela = ઇલા
Mala = માલા
Ranjan = રંજન
Taruna = તરુણા",
        surnames: "Patel Patell = પટેલ
Shah = શાહ
Desai Desaai = દેસાઈ
Mehta = મહેતા
Trivedi = ત્રિવેદી
Vaghela Waghela = વાઘેલા
Rabari = રબારી
Zala Jhala = ઝાલા
Chudasama Chudasma = ચુડાસમા
Bhalodia Bhalodiya = ભાલોડિયા
Vekariya Vekaria = વેકરિયા",
    },
    Region {
        custom: Custom::South,
        men: "Murugan Murugun = முருகன்
Senthil Sendhil = செந்தில்
Karthik Karthick Kartik = கார்த்திக்
Saravanan Sarawanan = சரவணன்
Venkatesan Vengatesan = வெங்கடேசன்
Ganesan Ganeshan = கணேசன்
Srinivasan Sreenivasan Seenivasan = சீனிவாசன்
Subramanian Subramaniam Subramanyan = சுப்பிரமணியன்
Rajendran Rajenthiran = ராஜேந்திரன்
Manikandan Manigandan = மணிகண்டன்
Dinesh Thinesh = தினேஷ்
Suresh = சுரேஷ்
Ramesh = ரமேஷ்
Prabhu Prabu = பிரபு
Babu = பாபு
Gopi Gopy = கோபி
Vijay Vijai = விஜய்
Ajith Ajit = அஜித்
Sathish Satheesh Satish = சதீஷ்
Mani = மணி
Kannan = கண்ணன்
Chinnasamy Chinnaswamy = சின்னசாமி
Palani Pazhani = பழனி
Elango Ilango = இளங்கோ
Arumugam = ஆறுமுகம்
Siva Shiva = சிவா
Jeeva Jiva = ஜீவா",
        women: "Geetha Gita = கீதா
Seetha Sita = சீதா
Lakshmi Laxmi Latchumi = லட்சுமி
Kavitha Kavita = கவிதா
Saritha Sarita = சரிதா
Revathi Revathy Revati = ரேவதி
Malathi Malathy Malati = மாலதி
Vasanthi Vasanthy = வசந்தி
Jayanthi Jeyanthi = ஜெயந்தி
Sumathi Sumathy Sumati = சுமதி
Selvi = செல்வி
Tamilselvi Thamizhselvi = தமிழ்செல்வி
Kalaiselvi = கலைச்செல்வி
Amudha Amutha = அமுதா
Mallika Malliga = மல்லிகா
Radhika Rathika = ராதிகா
Dharani Tharani = தரணி
Bharani Barani = பரணி
Parameswari Parameshwari = பரமேஸ்வரி
Rajeswari Rajeshwari = ராஜேஸ்வரி
Maheswari Maheshwari = மகேஸ்வரி
Shanthi Santhi Shanti = சாந்தி
Kanthi = காந்தி
Devi Thevi = தேவி
Meenakshi Meenatchi = மீனாட்சி
Kamatchi Kamakshi = காமாட்சி",
        surnames: "Murugan = முருகன்
Raman = ராமன்
Krishnan = கிருஷ்ணன்
Perumal = பெருமாள்
Velu = வேலு
Natarajan Nadarajan = நடராஜன்
Chelladurai = செல்லதுரை
Balakrishnan = பாலகிருஷ்ணன்
Arunachalam = அருணாசலம்
Thangavel = தங்கவேல்",
    },
    Region {
        custom: Custom::Telugu,
        men: "Venkatesh Venkatesh = వెంకటేష్
Nagaraju Naagaraju = నాగరాజు
Ramana = రమణ
Krishna = కృష్ణ
Srinivas Sreenivas = శ్రీనివాస్
Satyanarayana Sathyanarayana = సత్యనారాయణ
Ravi = రవి
Ramu = రాము
Somu = సోము
Rambabu = రాంబాబు
Suribabu = సూరిబాబు
Prasad = ప్రసాద్
Anjaneyulu Anjaneyullu = ఆంజనేయులు
Chandrasekhar Chandrashekar Chandrasekar = చంద్రశేఖర్
Rajasekhar Rajashekar = రాజశేఖర్
Sai Kiran = సాయి కిరణ్
Sai Charan = సాయి చరణ్
Sai Krishna = సాయి కృష్ణ
Naveen Navin = నవీన్
Praveen Pravin = ప్రవీణ్
Mallesh Mallesham = మల్లేష్
Yadagiri Yadgiri = యాదగిరి",
        women: "Lakshmi Laxmi = లక్ష్మి
Vijaya Lakshmi = విజయ లక్ష్మి
Vijaya Kumari = విజయ కుమారి
Bhagya Lakshmi = భాగ్య లక్ష్మి
Naga Mani = నాగ మణి
Naga Lakshmi = నాగ లక్ష్మి
Padma = పద్మ
Padmavathi Padmavati = పద్మావతి
Swarna Svarna = స్వర్ణ
Swapna Svapna = స్వప్న
Sandhya = సంధ్య
Satyavathi Sathyavathi = సత్యవతి
Saraswathi Saraswati = సరస్వతి
Anasuya Anasooya = అనసూయ
Sujatha Sujata = సుజాత
Sunitha Sunita = సునీత
Anitha Anita = అనిత
Kavitha Kavita = కవిత
Rama = రమ
Uma = ఉమ
Roja = రోజా
Sridevi Sreedevi = శ్రీదేవి",
        surnames: "Reddy Reddi = రెడ్డి
Rao Rau = రావు
Naidu Nayudu = నాయుడు
Kondapalli = కొండపల్లి
Yerra Erra = ఎర్ర
Gudivada = గుడివాడ
Pothula = పోతుల
Bandaru = బండారు
Thota Tota = తోట",
    },
    Region {
        custom: Custom::East,
        men: "Sourav Saurabh Sourabh = সৌরভ
Subhas Subhash = সুভাষ
Bikash Vikas = বিকাশ
Biswajit Vishwajit = বিশ্বজিৎ
Prasenjit Prosenjit = প্রসেনজিৎ
Debashis Debasish = দেবাশিস
Amal Amol = অমল
Kamal = কমল
Shyamal Syamal = শ্যামল
Bimal Vimal = বিমল
Nirmal = নির্মল
Tapan = তপন
Swapan = স্বপন
Uttam = উত্তম
Goutam Gautam = গৌতম
Partha = পার্থ
Sukumar = সুকুমার
Ranjit = রঞ্জিত
Sanjit = সঞ্জিত
Dulal = দুলাল
Badal = বাদল
Haradhan Haradhon = হারাধন",
        women: "Mousumi Moushumi = মৌসুমী
Soma = সোমা
Rama = রমা
Uma = উমা
Shyamali Syamali = শ্যামলী
Dipali Deepali = দীপালি
Rupali Roopali = রূপালী
Chaitali = চৈতালি
Mitali = মিতালি
Anjali Anjoli = অঞ্জলি
Gitanjali = গীতাঞ্জলি
Bandana Vandana = বন্দনা
Archana Archna = অর্চনা
Kalpana = কল্পনা
Purnima Poornima = পূর্ণিমা
Sumitra = সুমিত্রা
Sabitri Savitri = সাবিত্রী
Malati Malti = মালতী
Tulsi Tulasi = তুলসী
Sandhya = সন্ধ্যা
Jharna Jhorna = ঝর্ণা",
        surnames: "Das Dash = দাস
Ghosh Ghose = ঘোষ
Mondal Mandal = মণ্ডল
Biswas Viswas = বিশ্বাস
Sarkar Sircar = সরকার
Banerjee Bandyopadhyay = বন্দ্যোপাধ্যায়
Mukherjee Mukhopadhyay = মুখোপাধ্যায়
Chakraborty Chakravarty = চক্রবর্তী
Halder Haldar = হালদার
Bauri Bouri = বাউরি
Hazra Hajra = হাজরা
Patra = পাত্র
Bag Bagh = বাগ",
    },
    Region {
        custom: Custom::Muslim,
        men: "Asif Aasif = آصف
Arif Aarif = عارف
Salim Saleem = سلیم
Salam = سلام
Kalim Kaleem = کلیم
Rahim Raheem = رحیم
Karim Kareem = کریم
Hasan Hassan = حسن
Husain Hussain Hossain = حسین
Yusuf Yousuf = یوسف
Yunus Younus = یونس
Imran Emran = عمران
Irfan = عرفان
Iqbal Ikbal = اقبال
Akbar = اکبر
Asghar Asgar = اصغر
Nasir Naseer = نصیر
Bashir Basheer = بشیر
Zakir Jakir = ذاکر
Shakir Sakir = شاکر
Ahmed Ahmad = احمد
Mahmud Mahmood = محمود
Ali = علی
Usman Osman = عثمان
Umar Omar = عمر
Faisal Phaisal = فیصل
Feroz Firoz = فیروز
Javed Javaid = جاوید
Naved = نوید",
        women: "Fatima Fathima Fatema = فاطمہ
Ayesha Aisha Aysha = عائشہ
Khadija Khatija = خدیجہ
Shabana Sabana = شبانہ
Rehana Rihana = ریحانہ
Farzana Pharzana = فرزانہ
Rukhsana Ruksana = رخسانہ
Nasreen Nasrin = نسرین
Parveen Parvin = پروین
Yasmin Yasmeen Jasmin = یاسمین
Shaheen Shahin = شاہین
Noorjahan Nurjahan = نورجہاں
Zubeda Zubaida = زبیدہ
Sajida Sazida = ساجدہ
Majida = ماجدہ
Salma = سلمیٰ
Najma = نجمہ
Asma = اسما
Amina Ameena = امینہ
Sakina Sakeena = سکینہ",
        surnames: "Khan = خان
Ansari Ansaree = انصاری
Qureshi Kureshi = قریشی
Siddiqui Siddiqi = صدیقی
Malik Mallick = ملک
Mansuri Mansoori = منصوری
Salmani = سلمانی
Idrisi Idreesi = ادریسی",
    },
    Region {
        custom: Custom::Punjab,
        men: "Gurpreet Gurprit = ਗੁਰਪ੍ਰੀਤ
Harpreet Harprit = ਹਰਪ੍ਰੀਤ
Manpreet Manprit = ਮਨਪ੍ਰੀਤ
Jaspreet Jasprit = ਜਸਪ੍ਰੀਤ
Gurdeep Gurdip = ਗੁਰਦੀਪ
Hardeep Hardip = ਹਰਦੀਪ
Mandeep Mandip = ਮਨਦੀਪ
Amarjeet Amarjit = ਅਮਰਜੀਤ
Paramjeet Paramjit = ਪਰਮਜੀਤ
Baljeet Baljit = ਬਲਜੀਤ
Ranjeet Ranjit = ਰਣਜੀਤ
Jaswinder Jasvinder = ਜਸਵਿੰਦਰ
Balwinder Balvinder = ਬਲਵਿੰਦਰ
Kulwinder Kulvinder = ਕੁਲਵਿੰਦਰ
Harbans Harbans = ਹਰਬੰਸ
Karnail = ਕਰਨੈਲ
Jarnail = ਜਰਨੈਲ",
        women: "Simran Simaran = ਸਿਮਰਨ
Harleen Harlin = ਹਰਲੀਨ
Jasleen Jaslin = ਜਸਲੀਨ
Navneet Navnit = ਨਵਨੀਤ
Rupinder Roopinder = ਰੁਪਿੰਦਰ
Bhupinder Bhupinder = ਭੁਪਿੰਦਰ
Sukhwinder Sukhvinder = ਸੁਖਵਿੰਦਰ
Manjeet Manjit = ਮਨਜੀਤ
Surjeet Surjit = ਸੁਰਜੀਤ
Gurmeet Gurmit = ਗੁਰਮੀਤ
Charanjeet Charanjit = ਚਰਨਜੀਤ
Kirandeep Kirndeep = ਕਿਰਨਦੀਪ",
        surnames: "Gill = ਗਿੱਲ
Sidhu Siddhu = ਸਿੱਧੂ
Dhillon Dhilon = ਢਿੱਲੋਂ
Brar Barar = ਬਰਾੜ
Mann Maan = ਮਾਨ
Bains Baines = ਬੈਂਸ
Sekhon Sekhoan = ਸੇਖੋਂ",
    },
];

/// One name: its spellings in Latin letters, and the one in its own script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spellings {
    pub(crate) latin: Vec<&'static str>,
    pub(crate) native: &'static str,
}

/// The names of a list. A name of two words ("Sai Kiran") has one spelling.
pub(crate) fn read(list: &'static str) -> Vec<Spellings> {
    let line = |line: &'static str| {
        let (latin, native) = line.split_once(" = ").unwrap();
        let native = native.trim();
        let two_words = native.contains(' ');
        let latin = if two_words { vec![latin] } else { latin.split(' ').collect() };
        Spellings { latin, native }
    };
    list.lines().map(line).collect()
}
