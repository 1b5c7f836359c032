// The web provider: all flags for one context, and told of changes by the stream. It says what it sees, a line each.
import { EventSource } from "eventsource";
globalThis.EventSource = EventSource;
const { OpenFeature, ProviderEvents } = await import("@openfeature/web-sdk");
const { OFREPWebProvider } = await import("@openfeature/ofrep-web-provider");

const { ENDPOINT: baseUrl, TOKEN: token, USER_ID: targetingKey } = process.env;
const say = (what) => console.log(JSON.stringify({ what, studio: client.getBooleanDetails("hd_mode_enabled", false), began: Date.now() }));
await OpenFeature.setContext({ targetingKey, tier: "pro" });
const client = OpenFeature.getClient();
await OpenFeature.setProviderAndWait(
  new OFREPWebProvider({ baseUrl, headers: [["Authorization", `Bearer ${token}`]], cacheMode: "disabled" }),
);
say("pro");
await OpenFeature.setContext({ targetingKey, tier: "free" });
say("free");
await OpenFeature.setContext({ targetingKey, tier: "pro" });
client.addHandler(ProviderEvents.ConfigurationChanged, () => say("changed"));
// The stream opens meanwhile; what it tells first is what there is.
setTimeout(() => say("ready"), 1500);
setTimeout(() => process.exit(3), 60_000);
