//! ABDM's good answers.

use serde_json::{Value, json};

use super::*;

fn tokens() -> Value {
    json!({
        "token": "TOKfirst", "expiresIn": 1800,
        "refreshToken": "TOKrefresh", "refreshExpiresIn": 1_296_000,
    })
}

fn account(number: &str) -> Value {
    json!({
        "ABHANumber": number, "preferredAbhaAddress": "sentinela.p@sbx", "gender": "F",
        "name": "Sentinela Personova", "dob": "17-03-1984", "status": "ACTIVE",
        "profilePhoto": "UEhPVE8t", "kycVerified": true,
    })
}

fn app_user(address: &str, number: &str) -> Value {
    json!({
        "abhaAddress": address, "fullName": "Sentinela Personova", "abhaNumber": number,
        "profilePhoto": "UEhPVE8t", "status": "ACTIVE", "kycStatus": "VERIFIED",
    })
}

/// ABDM's good answers, by step and by the form that the story needs.
pub(crate) fn good(step: Step, form: Form) -> Value {
    let sent =
        json!({"txnId": "37d8d312", "message": "OTP sent to mobile number ending with ******3210"});
    match step {
        ENROL_OTP | LOGIN_OTP | CHANGE_OTP | ADDRESS_OTP | CREATION_OTP | FACE_INIT | APP_OTP
        | APP_CHANGE_OTP | APP_CREATION_OTP => sent,
        ENROL if form == Form::Demographic => json!({
            "healthIdNumber": NUMBER, "healthId": "sentinela.p@sbx", "mobile": "9876543210",
            "firstName": "Sentinela", "lastName": "Personova", "name": "Sentinela Personova",
            "yearOfBirth": "1984", "dayOfBirth": "17", "monthOfBirth": "03", "gender": "F",
            "stateCode": "27", "districtCode": "490", "pincode": "411099", "kycVerified": true,
            "address": "7 Hidden Lane", "stateName": "Quietshire", "districtName": "Oddpur",
            "token": "TOKfirst", "jwtResponse": tokens(), "status": "ACTIVE", "new": true,
        }),
        ENROL if form == Form::Child => json!({
            "message": "Account created successfully", "txnId": "b89ec10d", "tokens": tokens(),
            "ABHAProfile": {
                "firstName": "Sentinela", "lastName": "Personova", "dob": "17-03-2020",
                "gender": "F", "mobile": null, "abhaType": "CHILD", "ABHANumber": THIRD,
                "abhaStatus": "ACTIVE",
            },
            "isNew": true,
        }),
        PROFILE if form == Form::Child => json!({
            "ABHANumber": THIRD, "name": "Sentinela Personova", "yearOfBirth": "2020",
        }),
        ENROL => json!({
            "message": "Account created successfully", "txnId": "b89ec10d", "tokens": tokens(),
            "ABHAProfile": {
                "firstName": "Sentinela", "middleName": "", "lastName": "Personova",
                "dob": "17-03-1984", "gender": "F", "photo": "UEhPVE8t", "mobile": "9876543210",
                "email": "secret@home.example", "phrAddress": ["sentinela.p@sbx"],
                "address": "7 Hidden Lane", "districtCode": "490", "stateCode": "27",
                "pinCode": "411099", "abhaType": "STANDARD", "stateName": "Quietshire",
                "districtName": "Oddpur", "ABHANumber": NUMBER, "abhaStatus": "ACTIVE",
            },
            "isNew": true,
        }),
        LINK => json!({
            "txnId": "b89ec10d", "authResult": "success",
            "message": "Mobile number is now successfully linked to your Account",
            "accounts": [{"ABHANumber": NUMBER}],
        }),
        SUGGEST => json!({"txnId": "b89ec10d", "abhaAddressList": ["odd.name", "other_name"]}),
        CLAIM => json!({
            "txnId": "b89ec10d", "healthIdNumber": NUMBER,
            "preferredAbhaAddress": "odd.name@sbx",
        }),
        PROFILE => json!({
            "ABHANumber": NUMBER, "preferredAbhaAddress": "sentinela.p@sbx", "mobile": "9876543210",
            "firstName": "Sentinela", "name": "Sentinela Personova", "yearOfBirth": "1984",
            "dayOfBirth": "17", "monthOfBirth": "03", "gender": "F", "email": "secret@home.example",
            "profilePhoto": "UEhPVE8t", "kycPhoto": "KYCFOTO", "status": "ACTIVE",
            "pincode": "411099", "address": "7 Hidden Lane", "stateName": "Quietshire",
            "authMethods": ["MOBILE_OTP"], "kycVerified": true,
            "localizedDetails": {"name": "Sentinela"}, "createdDate": "07-05-2024",
        }),
        LOGIN if form == Form::Applicants => json!({
            "txnId": "b89ec10d", "authResult": "success", "message": "OTP verified successfully",
            "accounts": [{"enrolmentNumber": THIRD, "name": "Sentinela Personova"}],
        }),
        LOGIN if form == Form::Several => json!({
            "txnId": "b89ec10d", "authResult": "success", "message": "OTP verified successfully",
            "token": "TOKother", "expiresIn": 300, "accounts": [account(SECOND), account(NUMBER)],
        }),
        LOGIN | ONE_STEP => json!({
            "txnId": "b89ec10d", "authResult": "success", "message": "OTP verified successfully",
            "token": "TOKfirst", "expiresIn": 1800, "refreshToken": "TOKrefresh",
            "refreshExpiresIn": 1_296_000, "accounts": [account(NUMBER)],
        }),
        USER | RENEW => tokens(),
        FIND => json!([{"txnId": "b89ec10d", "ABHA": [{
            "index": 1, "ABHANumber": "xx-xxxx-xxxx-xx15", "name": "Sentinela Personova",
            "gender": "F", "kycVerified": "true", "authMethods": ["MOBILE_OTP", "AADHAAR_OTP"],
        }]}]),
        SEARCH => json!({
            "ABHANumber": NUMBER, "preferredAbhaAddress": "sentinela.p@sbx",
            "authMethods": ["MOBILE_OTP"], "blockedAuthMethods": [], "status": "ACTIVE",
        }),
        CHANGE => json!({
            "txnId": "b89ec10d", "authResult": "success", "message": "Your account has been deleted.",
            "accounts": [{"ABHANumber": NUMBER}],
        }),
        APP_LOGIN if form != Form::Several => good(ADDRESS, form),
        ADDRESS => json!({
            "message": "OTP verified successfully", "authResult": "success", "tokens": tokens(),
            "users": [{
                "abhaAddress": "sentinela.p@sbx", "fullName": "Sentinela Personova",
                "abhaNumber": NUMBER, "status": "ACTIVE", "kycStatus": "VERIFIED",
            }],
        }),
        ADDRESS_PROFILE | APP_PROFILE | APP_UPDATE => json!({
            "abhaAddress": "sentinela.p@sbx", "fullName": "Sentinela Personova", "dayOfBirth": "17",
            "yearOfBirth": "1984", "mobile": "9876543210", "abhaNumber": NUMBER,
        }),
        CREATION => json!({
            "txnId": "b89ec10d", "message": "OTP verified successfully", "authResult": "success",
            "users": [],
        }),
        CREATE | APP_CREATE => json!({
            "txnId": "b89ec10d", "message": "ABHA Address Created Successfully", "tokens": tokens(),
            "phrDetails": {"fullName": "Sentinela Personova", "abhaAddress": ["odd.name@sbx"]},
        }),
        APP_LOGIN => json!({
            "txnId": "b89ec10d", "message": "OTP verified successfully", "authResult": "success",
            "users": [app_user("ravi.other@sbx", SECOND), app_user("sentinela.p@sbx", NUMBER)],
            "tokens": {"token": "TOKother", "expiresIn": 300},
        }),
        APP_USER => tokens(),
        SWITCH | APP_RENEW => json!({"tokens": tokens()}),
        SWITCH_LIST => json!({
            "txnId": "b89ec10d", "users": [app_user("sentinela.p@sbx", NUMBER)],
            "tokens": {"token": "TOKother", "expiresIn": 300},
        }),
        APP_CHANGE if form == Form::OwnChange => json!({
            "message": "Mobile Number linked successfully", "authResult": "success",
            "users": [app_user("sentinela.p@sbx", NUMBER)],
        }),
        APP_CHANGE | APP_CREATION => json!({
            "txnId": "b89ec10d", "message": "OTP verified successfully", "authResult": "success",
            "users": [app_user("sentinela.p@sbx", NUMBER)], "tokens": tokens(),
            "accounts": [{
                "ABHANumber": NUMBER, "name": "Sentinela Personova", "mobile": "9876543210",
            }],
        }),
        APP_LINK => json!({
            "message": "ABHA Number linked successfully", "authResult": "success",
        }),
        FACE_POLL => json!({"status": "COMPLETE", "message": "Face captured", "txnId": "37d8d312"}),
        BY_DOCUMENT => json!({
            "message": "Enrolment number created", "enrolProfile": {
                "enrolmentNumber": THIRD, "enrolmentState": "PROVISIONAL", "dob": "1984-3-17",
                "firstName": "Sentinela", "lastName": "Personova", "gender": "F",
                "mobile": "9876543210", "address": "7 Hidden Lane", "phrAddress": [null],
            },
            "isNew": true,
        }),
        CHILDREN => json!({
            "parentAbhaNumber": NUMBER, "mobileNumber": "9876543210", "childrenCount": "1",
            "children": [{"name": "Sentinela Personova", "ABHANumber": THIRD, "gender": "F"}],
        }),
        LINK_BENEFIT => json!({
            "benefitName": "Example Scheme", "healthId": NUMBER,
            "status": "Benefit record has been linked successfully",
        }),
        SEARCH_BENEFIT => json!([{
            "stateCode": null, "benefitName": "Example Scheme", "benefitId": "2229031",
            "abhaNumber": NUMBER, "status": 0,
        }]),
        PROGRAMMES => json!({
            "abhaNumber": NUMBER, "programme": [{"benefitName": "Example Scheme"}],
        }),
        other => panic!("no good answer for {}", other.endpoint),
    }
}
