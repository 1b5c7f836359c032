// The server provider: one flag at a time, for whoever is named with each question.
import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";

const { ENDPOINT: baseUrl, TOKEN: token } = process.env;
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: [["Authorization", `Bearer ${token}`]] }));
const client = OpenFeature.getClient();
for (const [key, targetingKey, tier] of JSON.parse(process.env.QUESTIONS)) {
  const { value, reason, variant, errorCode, flagMetadata } = await client.getBooleanDetails(key, false, { targetingKey, tier });
  console.log(JSON.stringify({ key, value, reason, variant, errorCode, kind: flagMetadata?.ruleKind }));
}
process.exit(0);
