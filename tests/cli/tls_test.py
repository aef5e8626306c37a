import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

from duplex import BINARY, TEXT, TIMEOUT_S, EchoServer, Peer, Server, run

MAKE_CERTIFICATE = pathlib.Path(BINARY).resolve().parent / "bench_certificate"


class Folder:
    """Certificates for localhost in a folder of their own: server.crt, server.key, ca.crt."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp())

    def __enter__(self):
        self.make(self.path)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def make(self, folder):
        folder.mkdir(exist_ok=True)
        subprocess.run([MAKE_CERTIFICATE, folder], timeout=TIMEOUT_S, check=True)
        return folder

    @property
    def flags(self):
        return "--tls-certificate", str(self.path / "server.crt"), "--tls-key", str(self.path / "server.key")


def context_of(folder):
    return ssl.create_default_context(cafile=folder / "ca.crt")


def connect(port, context):
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), TIMEOUT_S), server_hostname="localhost")


class TlsPeer(Peer):
    """A Peer inside of TLS."""

    def __init__(self, port, context):
        self._context = context
        plain_connect, socket.create_connection = socket.create_connection, self._connect
        self._plain_connect = plain_connect
        try:
            super().__init__(port)
        finally:
            socket.create_connection = plain_connect

    def _connect(self, *arguments):
        return self._context.wrap_socket(self._plain_connect(*arguments), server_hostname="localhost")


class Tls(unittest.TestCase):
    def test_echoes(self):
        """an echo inside of TLS 1.2 and 1.3, which other people's TLS finds in order (6455-10.6-01)"""
        with Folder() as folder, EchoServer(*folder.flags) as server:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = context_of(folder.path)
                context.minimum_version = context.maximum_version = version
                with TlsPeer(server.port, context) as peer:
                    self.assertEqual(peer.status, 101)
                    peer.send(TEXT, b"x" * 100_000)
                    self.assertEqual(peer.receive(), (TEXT, b"x" * 100_000))
                    peer.close()
                    self.assertEqual(peer.receive_close()[0], 1000)
                    self.assertEqual(peer.socket.recv(1), b"", "the end of TLS, not only of TCP (6455-7.1.1-03)")

    def test_loops(self):
        """several loops share one listener's certificates, and all of them see a new one"""
        with Folder() as folder, EchoServer("--loops", "2", *folder.flags) as server:
            folder.make(folder.path)
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_line("certificates reloaded")
            for _ in range(16):
                with TlsPeer(server.port, context_of(folder.path)) as peer:
                    peer.send(TEXT, b"hello")
                    self.assertEqual(peer.receive(), (TEXT, b"hello"))

    def test_old_versions(self):
        """a client that speaks TLS 1.1 at most is refused, and the log says so"""
        with Folder() as folder, EchoServer(*folder.flags) as server:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
            with self.assertRaises(ssl.SSLError):
                connect(server.port, context)
            server.wait_for_line(r"TLS handshake with 127\.0\.0\.1:\d+ failed: unsupported protocol")

    def test_plain_http(self):
        """who speaks HTTP on a port for TLS is told what is wrong, and so is the log"""
        with Folder() as folder, EchoServer(*folder.flags) as server:
            with socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                answer = b"".join(iter(lambda: connection.recv(1000), b""))
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
            self.assertIn(b"use https:// or wss://", answer)
            server.wait_for_line(r"TLS handshake with 127\.0\.0\.1:\d+ failed: the client speaks HTTP without TLS")

    def test_reload(self):
        """at SIGHUP new connections get the new certificate; the open one goes on, and the server too"""
        with Folder() as folder, EchoServer(*folder.flags) as server:
            with TlsPeer(server.port, context_of(folder.path)) as peer:
                folder.make(folder.path)
                server.process.send_signal(signal.SIGHUP)
                server.wait_for_line("certificates reloaded")
                with TlsPeer(server.port, context_of(folder.path)) as other:
                    self.assertEqual(other.status, 101)
                peer.send(TEXT, b"still there")
                self.assertEqual(peer.receive(), (TEXT, b"still there"))
            self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_link(self):
        """a link that is turned to a folder with new files is seen without a signal"""
        with Folder() as folder:
            live = folder.path / "live"
            live.symlink_to(folder.make(folder.path / "one"))
            flags = "--tls-certificate", str(live / "server.crt"), "--tls-key", str(live / "server.key")
            with EchoServer(*flags) as server:
                turned = folder.path / "turned"
                turned.symlink_to(folder.make(folder.path / "two"))
                os.replace(turned, live)
                server.wait_for_line("certificates reloaded")
                with TlsPeer(server.port, context_of(folder.path / "two")) as peer:
                    self.assertEqual(peer.status, 101)

    def test_bad_reload(self):
        """a certificate that does not fit its key is told, and the old one stays"""
        with Folder() as folder, EchoServer(*folder.flags) as server:
            before = context_of(folder.path)
            new = folder.make(folder.path / "new")
            os.replace(new / "server.crt", folder.path / "server.crt")
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_line("certificates stay as they were: TLS: the key in .* does not belong to")
            with TlsPeer(server.port, before) as peer:
                self.assertEqual(peer.status, 101)
            os.replace(new / "server.key", folder.path / "server.key")
            server.wait_for_line("certificates reloaded")

    def test_client_certificate(self):
        """with --tls-client-ca nobody gets in without a certificate"""
        with Folder() as folder, EchoServer(*folder.flags, "--tls-client-ca", str(folder.path / "ca.crt")) as server:
            context = context_of(folder.path)
            with self.assertRaises(OSError):
                connect(server.port, context).recv(1)
            context.load_cert_chain(folder.path / "server.crt", folder.path / "server.key")
            with TlsPeer(server.port, context) as peer:
                self.assertEqual(peer.status, 101)

    def test_mistakes(self):
        """flags that do not go together are usage errors, files that cannot be used are one line"""
        with Folder() as folder:
            alone = run("echo", "--tls-certificate", str(folder.path / "server.crt"))
            self.assertEqual(alone.returncode, 2, alone.stderr)
            missing = run("echo", "--port", "0", "--tls-certificate", str(folder.path / "server.crt"),
                          "--tls-key", str(folder.path / "missing.key"))
            self.assertEqual(missing.returncode, 1)
            self.assertRegex(missing.stderr, r"\Aduplex echo: TLS: cannot use the key .*missing\.key: No such file.*\n\Z")

    def test_chat(self):
        """the chat is served inside of TLS as well"""
        with Folder() as folder, Server("chat", *folder.flags, "--data", str(folder.path / "chat")) as server:
            with connect(server.port, context_of(folder.path)) as connection:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                self.assertTrue(connection.recv(1000).startswith(b"HTTP/1.1 200 "))

    def test_bench(self):
        """bench measures wss:// and believes only who it is told to"""
        with Folder() as folder, EchoServer(*folder.flags) as server:
            url = f"wss://localhost:{server.port}/"
            flags = "--secs", "0.1", "--warm-up", "0.1"
            for trust in (("--tls-ca", str(folder.path / "ca.crt")), ("--insecure-accept-any-certificate",)):
                measured = run("bench", url, *flags, *trust)
                self.assertEqual(measured.returncode, 0, measured.stderr)
            refused = run("bench", url, *flags)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("was issued by an authority that is not trusted", refused.stderr)


if __name__ == "__main__":
    unittest.main()
