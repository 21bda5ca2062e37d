use super::*;

#[test]
fn public_hosts_are_called_by_https() {
    let rules = OutgoingRules::new();
    for url in [
        "https://hiu.example.org/data/push/ed486d33",
        "https://hiu.example.org:8443/push",
        "https://8.8.8.8/push",
        "https://[2606:4700:4700::1111]/push",
        "https://[::ffff:8.8.8.8]/push",
        "https://local.example.org/push",
        "https://hiu.mylocal/push",
    ] {
        assert_eq!(rules.check(url), Ok(()), "{url}");
    }
}

#[test]
fn what_is_not_public_is_refused_however_it_is_written() {
    for rules in [OutgoingRules::new(), OutgoingRules::new().allow_loopback()] {
        for url in [
            "http://hiu.example.org/push",
            "ftp://hiu.example.org/push",
            "file:///etc/passwd",
            "data:text/plain,1",
            "hiu.example.org/push",
            "",
            "https://user:word@hiu.example.org/push",
            "https://user@hiu.example.org/push",
            "https://10.1.2.3/push",
            "https://0xa.1.2.3/push",
            "https://012.0x1.515/push",
            "https://167838211/push",
            "https://172.31.0.1/push",
            "https://192.168.0.7/push",
            "https://169.254.169.254/latest/meta-data",
            "https://2852039166/latest/meta-data",
            "https://168.63.129.16/push",
            "https://100.64.0.1/push",
            "https://0.0.0.0/push",
            "https://0/push",
            "https://192.0.0.8/push",
            "https://192.0.2.1/push",
            "https://198.19.0.1/push",
            "https://224.0.0.1/push",
            "https://240.0.0.1/push",
            "https://255.255.255.255/push",
            "https://[fd00::1]/push",
            "https://[::ffff:10.0.0.1]/push",
            "https://[::ffff:a9fe:a9fe]/push",
            "https://[::10.0.0.1]/push",
            "https://[64:ff9b::a00:1]/push",
            "https://[64:ff9b::169.254.169.254]/push",
            "https://[2002:a00:1::]/push",
            "https://[2001:0:a00:1::]/push",
            "https://[ff02::1]/push",
            "https://[fe80::1]/push",
            "https://[::]/push",
            "https://metadata.google.internal/computeMetadata/v1",
            "https://METADATA.google.internal./computeMetadata/v1",
            "https://db.clinic.internal/push",
            "https://printer.local/push",
            "https://app.localhost/push",
            "https://nas.home.arpa/push",
            "https://intranet/push",
        ] {
            assert!(rules.check(url).is_err(), "{url}");
        }
    }
}

#[test]
fn this_machine_is_refused_in_every_spelling_unless_it_is_allowed() {
    let (strict, at_home) = (OutgoingRules::new(), OutgoingRules::new().allow_loopback());
    for url in [
        "https://127.0.0.1/push",
        "http://127.0.0.1:9100/push/1",
        "https://2130706433/push",
        "https://0x7f000001/push",
        "https://0177.0.0.1/push",
        "https://127.1/push",
        "https://%31%32%37.0.0.1/push",
        "https://[::1]/push",
        "https://localhost/push",
        "http://LOCALHOST:8080/push",
    ] {
        assert!(strict.check(url).is_err(), "{url}");
        assert_eq!(at_home.check(url), Ok(()), "{url}");
    }
    assert!(at_home.check("http://user:word@127.0.0.1/push").is_err());
}

#[test]
fn a_name_that_leads_to_this_machine_is_refused_where_this_machine_is_allowed_by_its_own_name() {
    let rules = OutgoingRules::new().allow_loopback();
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    assert_eq!(rules.check_address("localhost", loopback), Ok(()));
    assert_eq!(rules.check_address("hiu.example.org", loopback), Err(AddressKind::Loopback));
    let private = "10.0.0.1".parse().unwrap();
    assert_eq!(rules.check_address("localhost", private), Err(AddressKind::Private));
}

#[test]
fn a_neighbour_is_allowed_by_its_name_or_its_network_and_by_http_only_where_that_is_said() {
    let rules = OutgoingRules::new()
        .allow_host("HIU.internal.")
        .allow_network("10.20.0.0/16".parse().unwrap());
    let address = |ip: &str| ip.parse::<IpAddr>().unwrap();
    for url in ["https://hiu.internal/push", "https://10.20.0.7/push", "https://[::ffff:a14:7]/"] {
        assert_eq!(rules.check(url), Ok(()), "{url}");
    }
    for url in ["http://hiu.internal/push", "http://10.20.0.7/push", "https://10.21.0.7/push"] {
        assert!(rules.check(url).is_err(), "{url}");
    }
    assert_eq!(rules.check_address("hiu.internal", address("127.0.0.1")), Ok(()));
    assert_eq!(rules.check_address("any.example.org", address("10.20.9.9")), Ok(()));
    assert!(rules.check_address("any.example.org", address("10.21.9.9")).is_err());
    let plain = rules.allow_plain_http();
    for url in ["http://hiu.internal/push", "http://10.20.0.7/push"] {
        assert_eq!(plain.check(url), Ok(()), "{url}");
    }
    assert!(plain.check("http://hiu.example.org/push").is_err());
}

#[test]
fn a_refusal_names_the_host_and_what_it_is_and_never_the_path_or_the_password() {
    let rules = OutgoingRules::new();
    for (url, told) in [
        ("https://10.0.0.7/push/secret-id", "10.0.0.7 is an address of a private network"),
        ("https://[64:ff9b::1]/secret-id", "64:ff9b::1 is an address of a translator or tunnel"),
        ("http://hiu.example.org/secret-id", "hiu.example.org is to be called by http"),
        ("https://u:secret-id@hiu.example.org/", "the URL of hiu.example.org holds a user name"),
        ("https://db.internal/secret-id", "db.internal is a name of a private network"),
        ("secret-id", "the address is no absolute URL"),
    ] {
        let refused = rules.check(url).unwrap_err();
        let shown = refused.to_string();
        assert!(shown.starts_with(told), "{shown}");
        assert!(!format!("{shown} {refused:?}").contains("secret-id"), "{shown}");
    }
}
