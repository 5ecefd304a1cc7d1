//! A channel to a peer of the municipality's own, which shows a certificate of its own issuer.

use super::{deliveries, municipality, publish, settled, until, webhook};
use anyhow::{Result, ensure};
use model::{Delivery, DeliveryState};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use town::peer::{read, reply, says};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer(name: &str) -> Result<Issuer> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// A peer whose certificate is for these names; gives where it is, and how many requests it heard.
async fn peer(issuer: &Issuer, names: &[&str]) -> Result<(u16, Arc<AtomicUsize>)> {
    let key = KeyPair::generate()?;
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = CertificateParams::new(names)?.signed_by(&key, issuer)?;
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let (port, heard) = (listener.local_addr()?.port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((line, _)) = listener.accept().await {
            let Ok(mut line) = acceptor.accept(line).await else { continue };
            if read(&mut line).await.is_some() {
                count.fetch_add(1, Ordering::SeqCst);
                reply(&mut line, says(200, "{}")).await;
            }
        }
    });
    Ok((port, heard))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_line_is_spoken_over_only_to_whom_the_certificate_is_for() -> Result<()> {
    let (ours, stranger) = (issuer("Lillevik")?, issuer("somebody else")?);
    for (names, root, why) in [
        (["127.0.0.1"], &stranger, "UnknownIssuer"),
        (["elsewhere.example"], &ours, "not valid for name"),
        (["127.0.0.1"], &ours, ""),
    ] {
        let (port, heard) = peer(&ours, &names).await?;
        let Some(stage) = municipality(&webhook("https", port, "root = \"root.pem\"\n"), "")? else { return Ok(()) };
        let folder = stage.path().join("folder");
        fs::write(folder.join("root.pem"), root.pem())?;
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let data = stage.path().join("data");
        let how = allting::Start { folder: folder.clone(), data, listen: Some((any_port, any_port)) };
        let running = allting::start(how).await?;
        ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
        publish(&running, "rule/1")?;
        if !why.is_empty() {
            let stuck = || Ok(running.app.outbox_report(10, allting::now())?.stuck.into_iter().next());
            let (_, said, _) = until("the word to staff", stuck).await?;
            ensure!(said.contains(why) && said.contains("127.0.0.1"), "{said}");
            ensure!(heard.load(Ordering::SeqCst) == 0, "not a word was said");
            let waits = deliveries(&running)?;
            ensure!(waits.iter().all(|one| one.is_waiting() && one.tries == 0), "it costs no post a try: {waits:?}");
            running.stop().await?;
            continue;
        }
        let all: Vec<Delivery> = settled(&running).await?;
        ensure!(all.iter().all(|one| one.state == DeliveryState::Sent), "{all:?}");
        assert_eq!(heard.load(Ordering::SeqCst), 1);
        running.stop().await?;
    }
    Ok(())
}
