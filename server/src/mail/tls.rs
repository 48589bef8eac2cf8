//! TLS towards the relay: certificates are always checked, against what the machine trusts and a private CA.

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{path::Path, sync::Arc};
use tokio_rustls::TlsConnector;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetupError {
    /// The file of the private CA cannot be read.
    #[error("the CA file cannot be read: {0}")]
    CaFile(rustls::pki_types::pem::Error),
    /// The file holds no certificate, or one that cannot serve as an authority.
    #[error("the CA file holds no usable certificate")]
    NoCertificate,
    /// This machine trusts nobody, and no private CA was given.
    #[error("this machine has no trusted certificates: install ca-certificates, or name a private CA in LATCHKEY_CA_FILE")]
    NoRoots,
    /// The cryptography offers none of the protocol's versions.
    #[error(transparent)]
    Protocol(#[from] rustls::Error),
}

/// A connector that trusts what the machine trusts, and the private CA where one is given.
pub fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, TlsSetupError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        let mut found = false;
        for certificate in CertificateDer::pem_file_iter(file).map_err(TlsSetupError::CaFile)? {
            roots.add(certificate.map_err(TlsSetupError::CaFile)?).map_err(|_| TlsSetupError::NoCertificate)?;
            found = true;
        }
        if !found {
            return Err(TlsSetupError::NoCertificate);
        }
    }
    if roots.is_empty() {
        return Err(TlsSetupError::NoRoots);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
