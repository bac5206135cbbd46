"""A real directory for the tests: Debian's slapd on a loopback port, with a certificate of its own and three people."""

import datetime
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SLAPD = Path("/usr/sbin/slapd")
BASE = "dc=qingshan,dc=gov,dc=cn"
SEARCHER, SEARCHER_PASSWORD = f"cn=duban,{BASE}", "may only search"
PEOPLE = {"fagai": "mulu mima 2018", "jiaoyu": "jiaoyu mima 2018"}
"""User name and password. A third entry doubles the uid `twice`, so that it finds two people."""

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCACertificateFile {folder}/certificate.pem
TLSCertificateFile {folder}/certificate.pem
TLSCertificateKeyFile {folder}/key.pem
# Every fault a client could make shows: no anonymous look, and nothing without encryption.
disallow bind_anon
security ssf=128
database mdb
suffix "{base}"
directory {folder}/data
maxsize 10485760
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{searcher}" read by * none
"""

ENTRIES = """
dn: {base}
objectClass: dcObject
objectClass: organization
dc: qingshan
o: Qingshan

dn: {searcher}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: duban
userPassword: {searcher_password}

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people
"""

PERSON = """
dn: cn={name},ou=people,{base}
objectClass: inetOrgPerson
cn: {name}
sn: {name}
uid: {username}
userPassword: {password}
"""


@dataclass(frozen=True)
class Directory:
    """A running slapd; ``certificate`` is what a client must trust."""

    port: int
    tls_port: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://127.0.0.1:{self.tls_port}"


@contextmanager
def running_directory(folder: Path) -> Iterator[Directory]:
    """Start slapd in this folder, and end it whatever happens."""
    if not SLAPD.exists():
        raise SlapdMissingError("没有找到 slapd。请先运行 tests/provide.sh。")
    (folder / "data").mkdir(parents=True)
    certify(folder)
    configuration = folder / "slapd.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, base=BASE, searcher=SEARCHER), "utf-8")
    entries = folder / "entries.ldif"
    entries.write_text(_entries(), "utf-8")
    subprocess.run(
        [SLAPD, "-Ta", "-f", configuration, "-l", entries], check=True, capture_output=True, timeout=60
    )
    port, tls_port = free_port(), free_port()
    with (folder / "log").open("wb") as log:
        addresses = f"ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{tls_port}/"
        process = subprocess.Popen(
            # It goes down with the tests, even when they are killed.
            [
                *("setpriv", "--pdeathsig", "KILL", "--"),
                *(SLAPD, "-d", "0", "-f", configuration, "-h", addresses),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    try:
        _wait_until_it_listens(process, (port, tls_port), folder / "log")
        yield Directory(port, tls_port, folder / "certificate.pem")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder / "data", ignore_errors=True)


class SlapdMissingError(Exception):
    """The machine has no directory server to run the tests on."""


def certify(folder: Path) -> None:
    """A certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    os.chmod(folder / "key.pem", 0o600)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _entries() -> str:
    people = [(name, name, password) for name, password in PEOPLE.items()]
    people += [("first of two", "twice", "twice 2018"), ("second of two", "twice", "twice 2018")]
    text = ENTRIES.format(base=BASE, searcher=SEARCHER, searcher_password=SEARCHER_PASSWORD)
    return text + "".join(
        PERSON.format(base=BASE, name=name, username=username, password=password)
        for name, username, password in people
    )


def _wait_until_it_listens(process: subprocess.Popen[bytes], ports: tuple[int, ...], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            for port in ports:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"slapd did not start:\n{log.read_text(errors='replace')}")
