package abdm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The patient as both sides know them. Name, gender and year of birth are exactly those of the ABHA
 * profile, or there is no link token.
 */
record Patient(
        String number,
        String address,
        String name,
        String gender,
        int yearOfBirth,
        String localId) {
    static Patient of(String number, String address, Object profile) {
        var name = Stream.of("firstName", "middleName", "lastName")
            .map(part -> Json.text(profile, part))
            .filter(part -> Objects.nonNull(part) && !part.isEmpty())
            .collect(Collectors.joining(" "));
        var year = Integer.parseInt(Json.text(profile, "yearOfBirth"));
        var localId = "UHID-" + UUID.randomUUID().toString().substring(0, 8);
        return new Patient(number, address, name, Json.text(profile, "gender"), year, localId);
    }

    /** The ABHA number as milestone 2 wants it. */
    String digits() {
        return number.replace("-", "");
    }

    /** The FHIR document of the visit, with the patient's own ABHA in it. */
    byte[] record(String path, String hipId) throws Exception {
        var text = Files.readString(Path.of(path));
        var genders = Map.of("M", "male", "F", "female");
        var values = Map.of(
            "name", name,
            "abhaNumber", number,
            "abhaAddress", address,
            "gender", genders.getOrDefault(gender, "other"),
            "yearOfBirth", String.valueOf(yearOfBirth),
            "hipId", hipId);
        for (var value : values.entrySet()) {
            text = text.replace("{{" + value.getKey() + "}}", value.getValue());
        }
        var isBundle = "Bundle".equals(Json.text(Json.read(text), "resourceType"));
        Check.expect(isBundle, path + " is no FHIR bundle");
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
