"""Two independent implementations behind one line protocol.

Each input line is a JSON array: peer ("java" or "abdm-ecdh"), command ("gkm", "se" or "d") and the
arguments of fidelius-cli's command line in its order. Each output line is what the command line would
print, or {"error": "..."}.

"java" is fidelius-cli on BouncyCastle, carried by the package pyfidelius; needs a JDK.
"abdm-ecdh" is the package of that name.
"""

import base64
import importlib.util
import json
import pathlib
import subprocess
import sys

import abdm_ecdh


def java_tool():
    package = importlib.util.find_spec("pyfidelius").submodule_search_locations[0]
    jars = sorted(pathlib.Path(package).glob("fidelius-cli-*/lib/*.jar"))
    batch = pathlib.Path(__file__).with_name("FideliusBatch.java")
    class_path = ":".join(str(jar) for jar in jars)
    return subprocess.Popen(
        ["java", "-Dfile.encoding=UTF-8", "-cp", class_path, str(batch)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def ask_java(tool, arguments):
    tool.stdin.write("\t".join(arguments) + "\n")
    tool.stdin.flush()
    printed, thrown = tool.stdout.readline().rstrip("\n").split("\t")
    if thrown:
        return {"error": thrown}
    return json.loads(base64.b64decode(printed))


def ask_abdm_ecdh(command, arguments):
    if command == "gkm":
        made = abdm_ecdh.generate_key_material()
        return {
            "privateKey": made.private_key,
            "publicKey": made.public_key,
            "x509PublicKey": made.x509_public_key,
            "nonce": made.nonce,
        }
    data, own_nonce, peer_nonce, private_key, public_key = arguments
    if command == "se":
        text = base64.b64decode(data).decode()
        made = abdm_ecdh.encrypt(text, own_nonce, peer_nonce, private_key, public_key)
        return {"encryptedData": made.encrypted_data}
    opened = abdm_ecdh.decrypt(data, peer_nonce, own_nonce, private_key, public_key)
    return {"decryptedData": opened.decrypted_data}


def main():
    tool = java_tool()
    for line in sys.stdin:
        peer, command, *arguments = json.loads(line)
        try:
            if peer == "java":
                answer = ask_java(tool, [command, *arguments])
            else:
                answer = ask_abdm_ecdh(command, arguments)
        except Exception as problem:  # the caller decides whether it was expected
            answer = {"error": type(problem).__name__}
        print(json.dumps(answer), flush=True)


main()
