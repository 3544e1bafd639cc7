package dev.banhmi.bench;

/**
 * Signature version 4 for GET in njs, which computes the signing key for each request as scripts of this kind do. The path of an object of the
 * benchmark needs no encoding.
 */
final class SigningScript {

    static final String TEXT = """
        import crypto from 'crypto';

        function hmac(key, text) {
            return crypto.createHmac('sha256', key).update(text).digest();
        }

        function date(r) {
            return new Date().toISOString().replace(/[-:]/g, '').replace(/[.][0-9]+/, '');
        }

        function authorization(r) {
            const time = r.variables.amz_date;
            const day = time.slice(0, 8);
            const scope = day + '/us-east-1/s3/aws4_request';
            const canonical = [r.method, r.uri, '', 'host:' + r.variables.proxy_host,
                'x-amz-content-sha256:UNSIGNED-PAYLOAD', 'x-amz-date:' + time, '',
                'host;x-amz-content-sha256;x-amz-date', 'UNSIGNED-PAYLOAD'].join('\\n');
            const text = ['AWS4-HMAC-SHA256', time, scope,
                crypto.createHash('sha256').update(canonical).digest('hex')].join('\\n');
            const key = hmac(hmac(hmac(hmac('AWS4cost', day), 'us-east-1'), 's3'), 'aws4_request');
            const signature = crypto.createHmac('sha256', key).update(text).digest('hex');
            return 'AWS4-HMAC-SHA256 Credential=cost/' + scope
                + ', SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=' + signature;
        }

        export default { date, authorization };
        """;

    private SigningScript() {}
}
