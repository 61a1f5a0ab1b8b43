import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call, notifySignedIn, onSignedOut } from "../api/client.js";
import { asRefused } from "../api/use.js";
import type { Refused } from "../api/client.js";
import type { MeAnswer } from "../api/types.js";
import { ErrorBox, Waiting } from "../parts/states.js";
import { Layout } from "./layout.js";
import { followLinks } from "./router.js";
import { Me } from "./session.js";
import { useSettings } from "./settings.js";
import { SignIn, SignInOver } from "./sign-in.js";

/** The console: who is signed in, and the page at this address. */
function Console() {
  const [me, setMe] = useState<MeAnswer | null>(null);
  const [needsKey, setNeedsKey] = useState(false);
  const [error, setError] = useState<Refused | null>(null);
  const { language } = useSettings();

  const ask = () => {
    setError(null);
    call("GET /v1/me", {}).then(
      answered => setMe(answered.data),
      failure => {
        const refused = asRefused(failure);
        if (refused.status !== 401) {
          setError(refused);
        }
      },
    );
  };

  useEffect(() => {
    const stop = onSignedOut(() => setNeedsKey(true));
    document.addEventListener("click", followLinks);
    ask();
    return () => {
      stop();
      document.removeEventListener("click", followLinks);
    };
  }, []);

  const signedIn = (who: MeAnswer) => {
    setMe(who);
    setNeedsKey(false);
    notifySignedIn();
  };

  if (me === null) {
    return error ? (
      <main>
        <ErrorBox error={error} onAgain={ask} />
      </main>
    ) : needsKey ? (
      <main class="centred">
        <SignIn hasEnded={false} onSignedIn={signedIn} />
      </main>
    ) : (
      <main>
        <Waiting />
      </main>
    );
  }

  // Over the page where a session ends, so that what was typed stays; a key of its own for each language, so that every word is drawn again.
  return (
    <Me.Provider value={me}>
      <Layout key={language} onSignedOut={() => location.assign("/console")} />
      {needsKey && <SignInOver onSignedIn={signedIn} />}
    </Me.Provider>
  );
}

/** Functions that tests call by themselves. */
export * as format from "../text/format.js";
export * as roles from "../api/roles.js";
export * as scale from "../plots/scale.js";
export * as router from "./router.js";

render(<Console />, document.getElementById("root")!);
