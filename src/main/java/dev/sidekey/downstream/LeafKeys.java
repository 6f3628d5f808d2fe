package dev.sidekey.downstream;

import dev.sidekey.certificate.Leaf;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One leaf as TLS asks for it. The usual way leads through a key store, whose password makes each
 * host cost several times what its certificate does. Immutable.
 */
final class LeafKeys extends X509ExtendedKeyManager {
    private static final String ALIAS = "leaf";

    private final Leaf leaf;

    private LeafKeys(Leaf leaf) {
        this.leaf = leaf;
    }

    /** A factory that has this leaf and no other. */
    static KeyManagerFactory of(Leaf leaf) {
        return new Factory(new LeafKeys(leaf));
    }

    private static final class Factory extends KeyManagerFactory {
        Factory(KeyManager only) {
            super(new Spi(only), null, "leaf");
        }
    }

    private static final class Spi extends KeyManagerFactorySpi {
        private final KeyManager only;

        Spi(KeyManager only) {
            this.only = only;
        }

        @Override
        protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {
            // it has all that it needs
        }

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {
            // it has all that it needs
        }

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {only};
        }
    }

    private boolean is(String keyType) {
        return leaf.key().getAlgorithm().equals(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return is(keyType) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return is(keyType) ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return is(keyType) ? new String[] {ALIAS} : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return alias.equals(ALIAS) ? leaf.chain().toArray(X509Certificate[]::new) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return alias.equals(ALIAS) ? leaf.key() : null;
    }

    /** Never a client. */
    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    /** Never a client. */
    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
