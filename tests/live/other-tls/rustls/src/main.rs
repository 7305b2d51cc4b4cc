// A side of a talk, by rustls. See record.sh for its arguments.
// SPDX-License-Identifier: GPL-2.0-or-later
use rustls::pki_types::{pem::PemObject, CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ClientConnection, ConnectionCommon, KeyLogFile, RootCertStore, ServerConfig, ServerConnection, SideData};
use std::error::Error;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::DerefMut;
use std::sync::Arc;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Setting {
    roots: Arc<RootCertStore>,
    own: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    alpn: Vec<Vec<u8>>,
}

fn setting(folder: &str, name: &str, alpn: &str) -> Result<Setting> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(format!("{folder}/ca.crt"))?)?;
    let own = match name {
        "-" => None,
        _ => Some((
            vec![CertificateDer::from_pem_file(format!("{folder}/{name}.crt"))?],
            PrivateKeyDer::from_pem_file(format!("{folder}/{name}.key"))?,
        )),
    };
    let alpn = if alpn == "-" { vec![] } else { vec![alpn.into()] };
    Ok(Setting { roots: Arc::new(roots), own, alpn })
}

fn client_config(setting: Setting) -> Result<ClientConfig> {
    let builder = ClientConfig::builder().with_root_certificates(setting.roots);
    let mut config = match setting.own {
        Some((certificates, key)) => builder.with_client_auth_cert(certificates, key)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = setting.alpn;
    config.key_log = Arc::new(KeyLogFile::new());
    Ok(config)
}

fn server_config(setting: Setting) -> Result<ServerConfig> {
    let verifier = WebPkiClientVerifier::builder(setting.roots).allow_unauthenticated().build()?;
    let (certificates, key) = setting.own.ok_or("a server needs a certificate")?;
    let mut config =
        ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(certificates, key)?;
    config.alpn_protocols = setting.alpn;
    config.key_log = Arc::new(KeyLogFile::new());
    Ok(config)
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
    (0..hex.len()).step_by(2).map(|i| Ok(u8::from_str_radix(&hex[i..i + 2], 16)?)).collect()
}

/// Plays its own lines, and reads what the other side's lines say.
fn play<C, S>(tls: &mut C, raw: &mut TcpStream, role: &str, talk: &str) -> Result<()>
where
    C: DerefMut<Target = ConnectionCommon<S>>,
    S: SideData,
{
    raw.set_nodelay(true)?;
    for line in std::fs::read_to_string(talk)?.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match (words[1], words[0] == role) {
            ("write", true) => {
                let mut stream = rustls::Stream::new(tls, raw);
                stream.write_all(&bytes(words[2])?)?;
                stream.flush()?;
            }
            ("write", false) => {
                rustls::Stream::new(tls, raw).read_exact(&mut vec![0; words[2].len() / 2])?;
            }
            ("update", true) => tls.refresh_traffic_keys()?,
            ("close", true) => {
                tls.send_close_notify();
                while tls.wants_write() {
                    tls.write_tls(raw)?;
                }
                raw.read_to_end(&mut vec![])?;
            }
            ("drop", true) => raw.shutdown(Shutdown::Both)?,
            ("close" | "drop", false) => {
                // An end without close_notify is an error to rustls, but no surprise here.
                let _ = rustls::Stream::new(tls, raw).read_to_end(&mut vec![]);
                tls.send_close_notify();
                while tls.wants_write() {
                    tls.write_tls(raw)?;
                }
            }
            (_, true) => return Err(format!("cannot {}", words[1]).into()),
            _ => {}
        }
    }
    Ok(())
}

fn connect(own: SocketAddr, peer: SocketAddr) -> Result<TcpStream> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&own.into())?;
    socket.connect(&peer.into())?;
    Ok(socket.into())
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let role = arguments[1].as_str();
    let mut own: SocketAddr = arguments[2].parse()?;
    let setting = setting(&arguments[4], &arguments[5], &arguments[6])?;
    let talks = &arguments[7..];
    if role == "server" {
        let listener = TcpListener::bind(own)?;
        println!("ready");
        let config = Arc::new(server_config(setting)?);
        for talk in talks {
            let mut raw = listener.accept()?.0;
            play(&mut ServerConnection::new(config.clone())?, &mut raw, role, talk)?;
        }
        return Ok(());
    }
    let config = Arc::new(client_config(setting)?);
    for talk in talks {
        let mut raw = connect(own, arguments[3].parse()?)?;
        let mut tls = ClientConnection::new(config.clone(), "nagoya.qkdn.example".try_into()?)?;
        play(&mut tls, &mut raw, role, talk)?;
        own.set_port(own.port() + 1);
    }
    Ok(())
}
