// A side of a talk, by Java's JSSE. See record.sh for its arguments. JSSE tells no secrets: the other side has to.
// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

class Java {
    static Certificate certificate(String file) throws Exception {
        try (InputStream stream = new FileInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(stream);
        }
    }

    static PrivateKey key(String file) throws Exception {
        String pem = Files.readString(Path.of(file)).replaceAll("-----.*-----|\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    static SSLContext context(String folder, String name) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate(folder + "/ca.crt"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);

        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (!name.equals("-")) {
            String file = folder + "/" + name;
            own.setKeyEntry("own", key(file + ".key"), new char[0], new Certificate[] {certificate(file + ".crt")});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);

        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    static SSLSocket secured(Socket raw, SSLContext context, boolean client, String alpn) throws Exception {
        raw.setTcpNoDelay(true);
        SSLSocket socket =
            (SSLSocket) context.getSocketFactory().createSocket(raw, "nagoya.qkdn.example", raw.getPort(), false);
        socket.setUseClientMode(client);
        SSLParameters parameters = socket.getSSLParameters();
        if (client) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        } else {
            parameters.setWantClientAuth(true);
        }
        if (!alpn.equals("-")) {
            parameters.setApplicationProtocols(new String[] {alpn});
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    // Plays its own lines, and reads what the other side's lines say.
    static void play(Socket raw, SSLSocket socket, String role, String talk) throws Exception {
        for (String line : Files.readAllLines(Path.of(talk))) {
            String[] words = line.split(" ");
            boolean own = words[0].equals(role);
            byte[] bytes = words.length > 2 ? HexFormat.of().parseHex(words[2]) : null;
            if (words[1].equals("write") && own) {
                socket.getOutputStream().write(bytes);
            } else if (words[1].equals("write")) {
                socket.getInputStream().readNBytes(bytes.length);
            } else if (words[1].equals("close") && own) {
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
                raw.close();
            } else if (words[1].equals("drop") && own) {
                raw.close();
            } else if (words[1].equals("close")) {
                socket.getInputStream().readAllBytes();
                socket.shutdownOutput();
                raw.close();
            } else if (own) {
                throw new Exception("cannot " + words[1]);
            }
        }
    }

    static InetSocketAddress address(String text) throws Exception {
        String[] parts = text.split(":");
        return new InetSocketAddress(InetAddress.getByName(parts[0]), Integer.parseInt(parts[1]));
    }

    public static void main(String[] arguments) throws Exception {
        boolean client = arguments[0].equals("client");
        InetSocketAddress own = address(arguments[1]);
        SSLContext context = context(arguments[3], arguments[4]);
        ServerSocket listener = null;
        if (!client) {
            listener = new ServerSocket(own.getPort(), 1, own.getAddress());
            System.out.println("ready");
        }
        String[] talks = Arrays.copyOfRange(arguments, 6, arguments.length);
        for (int i = 0; i < talks.length; i++) {
            Socket raw;
            if (client) {
                raw = new Socket();
                raw.bind(new InetSocketAddress(own.getAddress(), own.getPort() + i));
                raw.connect(address(arguments[2]));
            } else {
                raw = listener.accept();
            }
            play(raw, secured(raw, context, client, arguments[5]), arguments[0], talks[i]);
        }
    }
}
