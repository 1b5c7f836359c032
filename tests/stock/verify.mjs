// How the platform verifies that an admin may look as a user: by the published key, for itself, and now.
import { createRemoteJWKSet, jwtVerify } from "jose";

const { ENDPOINT, JWT, AUDIENCE: audience, ISSUER: issuer } = process.env;
try {
  const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", ENDPOINT));
  const { payload } = await jwtVerify(JWT, keys, { audience, issuer, algorithms: ["EdDSA"] });
  console.log(JSON.stringify({ verified: true, payload }));
} catch (error) {
  console.log(JSON.stringify({ verified: false, why: error.message }));
}
