// Turns what the runner gives (MCP_CONFORMANCE_CONTEXT) into a sidekey.yaml, as an operator would write it for such an
// upstream. Sidekey is never told the scenario: the client id metadata URL is always there, and used only where the
// authorization server supports it.
import fs from 'node:fs'; import path from 'node:path';
export const CIMD_URL = 'https://conformance-test.local/client-metadata.json'; // auth/basic-cimd demands exactly this client_id
export async function renderConfig({ vars, context: c, env }) {
  const secretFile = (name, text) => { const p = path.join(vars.dir, name); fs.writeFileSync(p, text, { mode: 0o600 }); return p; };
  const upstream = { url: vars.upstream, client: { 'metadata-url': CIMD_URL } };
  if (c.client_id) upstream.client = { id: c.client_id };
  if (c.client_secret) upstream.client['secret-file'] = secretFile('client-secret', c.client_secret);
  if (c.issuer) upstream.client.issuer = c.issuer;
  if (c.private_key_pem) {
    upstream.grant = 'client_credentials';
    Object.assign(upstream.client, { 'auth-method': 'private_key_jwt', 'key-file': secretFile('key.pem', c.private_key_pem), 'signing-alg': c.signing_algorithm ?? 'ES256' });
  } else if (c.idp_id_token) {
    upstream.grant = 'id_jag';
    upstream['subject-token'] = { file: secretFile('id-token', c.idp_id_token), type: 'id_token' };
    upstream['identity-provider'] = { issuer: c.idp_issuer, 'token-endpoint': c.idp_token_endpoint, client: { id: c.idp_client_id } };
  } else if (c.valid_jwt) {
    upstream.grant = 'jwt_bearer';
    upstream.assertion = { file: secretFile('workload-jwt', c.valid_jwt) };
  } else if (c.name === 'auth/client-credentials-basic') {
    upstream.grant = 'client_credentials'; // the context has the shape of auth/pre-registration: only an operator knows which is meant
  }
  const config = path.join(vars.dir, 'sidekey.yaml');
  fs.writeFileSync(config, JSON.stringify({ upstreams: { default: upstream }, ...(env.TLS_DIR && { 'ca-file': path.join(env.TLS_DIR, 'roots.pem'), limits: { handshake: '60s' } }) }, null, 1)); // JSON is YAML
  return { config };
}
