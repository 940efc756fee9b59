// A real OpenID provider for tests: `oidc-provider`, with a sign-in page of its own that takes
// any password. `POST /lies` makes its next ID tokens wrong in one way, to be refused.
// Run with the folder of the web app's packages as the working directory, this file as the
// standard input, and PORT and REDIRECTS (separated by commas) in the environment.
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const issuer = `http://127.0.0.1:${process.env.PORT}`;
const newKey = (kid) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, jwk: { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" } };
};
const [first, second, stranger] = ["first", "second", "first"].map(newKey);
let lie = "";

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "vermittlung",
      client_secret: "a secret: with %41 signs",
      redirect_uris: process.env.REDIRECTS.split(","),
      post_logout_redirect_uris: process.env.REDIRECTS.split(",").map((uri) => new URL("/login", uri).href),
    },
  ],
  jwks: { keys: [first.jwk] },
  cookies: { keys: ["for tests"] },
  pkce: { required: () => true },
  scopes: ["openid", "email", "profile"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  // Its name is its subject: "anna@example.test#2" is another Anna with the same address.
  findAccount: (_, name) => ({
    accountId: name,
    claims: () => ({
      sub: name,
      email: name.replace("unverified-", "").split("#")[0],
      email_verified: !name.startsWith("unverified-"),
      name: `Company ${name}`,
    }),
  }),
  // Whoever signs in here has agreed: the company's own program asks.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

const b64 = (value) => Buffer.from(value).toString("base64url");

function lied(token) {
  const parts = token.split(".").slice(0, 2);
  const [head, body] = parts.map((part) => JSON.parse(Buffer.from(part, "base64url")));
  let key = first;
  if (lie === "nonce") body.nonce = "of another sign-in";
  if (lie === "no-nonce") delete body.nonce;
  if (lie === "audience") body.aud = "another program";
  if (lie === "party") Object.assign(body, { aud: [body.aud, "x"], azp: "another program" });
  if (lie === "issuer") body.iss = "https://id.example.test";
  if (lie === "expired") Object.assign(body, { iat: body.iat - 7200, exp: body.iat - 3600 });
  if (lie === "future") body.iat += 7200;
  if (lie === "signature") key = stranger;
  if (lie === "rotated") [key, head.kid] = [second, "second"];
  if (lie === "none") head.alg = "none";
  if (lie === "symmetric") head.alg = "HS256";
  const said = `${b64(JSON.stringify(head))}.${b64(JSON.stringify(body))}`;
  if (lie === "none") return `${said}.`;
  if (lie === "symmetric") {
    const open = first.privateKey.export({ format: "pem", type: "pkcs1" });
    return `${said}.${createHmac("sha256", open).update(said).digest("base64url")}`;
  }
  return `${said}.${sign("sha256", Buffer.from(said), key.privateKey).toString("base64url")}`;
}

provider.use(async (context, next) => {
  await next();
  if (context.path === "/token" && lie && context.body?.id_token) {
    context.body.id_token = lied(context.body.id_token);
  }
  if (context.path === "/jwks" && lie === "rotated") {
    const { kty, n, e, kid, use, alg } = second.jwk;
    context.body.keys.push({ kty, n, e, kid, use, alg });
  }
});

const page = `<!doctype html><html lang="en"><title>Company</title><h1>Company</h1>
<form method="post"><label>Login <input name="login" autofocus></label>
<label>Password <input name="password" type="password"></label>
<button name="go" value="in">Sign in</button><button name="go" value="no">Cancel</button></form>`;

async function read(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

const answer = provider.callback();
createServer(async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === "/lies" && request.method === "POST") {
    lie = await read(request);
    return response.writeHead(204).end();
  }
  if (!pathname.startsWith("/interaction/")) return answer(request, response);
  if (request.method !== "POST") {
    return response.writeHead(200, { "Content-Type": "text/html" }).end(page);
  }
  const form = new URLSearchParams(await read(request));
  const result =
    form.get("go") === "no"
      ? { error: "access_denied", error_description: "cancelled" }
      : { login: { accountId: form.get("login") } };
  return provider.interactionFinished(request, response, result);
}).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready"));
