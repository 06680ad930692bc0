// The city's OpenID provider, for single sign-on: a certified implementation with its own pages for log-in and consent.
import { once } from "node:events";
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

/**
 * Starts one on a free loopback port. `people`: what it vouches for, by the name they log in with; everybody else is somebody whose
 * address it does not know. `register` makes Kairan known to it.
 */
export async function startProvider(people) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  return {
    issuer,
    /** Kairan at `origin` becomes a client; returns the settings of `[sso]`. */
    register(origin) {
      const client = { client_id: "kairan", client_secret: "of both alone, and not short" };
      const provider = new Provider(issuer, {
        clients: [{ ...client, redirect_uris: [`${origin}/admin/sso/callback`] }],
        claims: { openid: ["sub"], email: ["email", "email_verified"] },
        // As most do, the address stands in the token itself.
        conformIdTokenClaims: false,
        findAccount: (_, name) => ({ accountId: name, claims: () => ({ sub: name, ...people[name] }) }),
      });
      server.on("request", provider.callback());
      return { issuer, ...client };
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Logs in at the page of the provider that is open, and agrees. */
export async function pass(page, name) {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("known to the provider alone");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}
