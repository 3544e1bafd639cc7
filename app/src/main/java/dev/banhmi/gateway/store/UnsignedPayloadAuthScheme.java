package dev.banhmi.gateway.store;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthScheme;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/** Signs requests with Signature Version 4 without a SHA-256 of the payload, on plain HTTP too. */
final class UnsignedPayloadAuthScheme implements AuthScheme<AwsCredentialsIdentity> {
    /*
     * The SDK leaves the hash out on HTTPS only, whatever the setting
     * (https://github.com/aws/aws-sdk-java-v2/issues/5103, 2026-11-21), and it costs three times what sending does; the
     * CRC32C that goes with every payload protects it from accidents just as well, and plain HTTP protects it from
     * nothing more.
     *
     * The scheme is not part of what is signed, so the SDK's own signer is shown the request as if it went over HTTPS.
     */

    private final AwsV4AuthScheme sigv4 = AwsV4AuthScheme.create();

    @Override
    public String schemeId() {
        return sigv4.schemeId();
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return sigv4.identityProvider(providers);
    }

    @Override
    public HttpSigner<AwsCredentialsIdentity> signer() {
        return new Signer(sigv4.signer());
    }

    private record Signer(HttpSigner<AwsCredentialsIdentity> sigv4) implements HttpSigner<AwsCredentialsIdentity> {

        @Override
        public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
            SdkHttpRequest plain = request.request();
            SignedRequest signed = sigv4.sign(request.copy(copy ->
                    copy.request(plain.copy(https -> https.protocol("https").port(plain.port())))));
            return signed.copy(copy -> copy.request(signed.request()
                    .copy(http -> http.protocol(plain.protocol()).port(plain.port()))));
        }

        @Override
        public CompletableFuture<AsyncSignedRequest> signAsync(
                AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
            return sigv4.signAsync(request);
        }
    }
}
