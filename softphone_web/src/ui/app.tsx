/** Who is signed in decides what is shown; the path decides which page. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import type { Me } from "../api/types";
import { isSignedOut } from "../compose";
import { speak } from "../i18n";
import { LoginPage } from "./login/login-page";
import { manages } from "./shared/access";
import { meQuery } from "./shared/queries";
import { RemoteAudio } from "./shared/remote-audio";
import { Ringing } from "./shared/ringing";
import { navigate, usePath } from "./shared/router";
import { MeProvider, useServices } from "./shared/services";
import { Shell } from "./shared/shell";
import { Splash } from "./shared/splash";
import { Toasts } from "./shared/toasts";
import { LoadFailed } from "./shared/trouble";
import { SoftphonePage } from "./softphone/softphone-page";

const ManagementPage = lazy(() =>
  import("./management/management-page").then((module) => ({ default: module.ManagementPage })),
);

export function App() {
  const { api } = useServices();
  const me = useQuery(meQuery(api));
  if (me.data) return <SignedIn me={me.data} />;
  if (me.data === null || isSignedOut(me.error)) return <LoginPage />;
  if (me.error) {
    return (
      <Splash>
        <LoadFailed error={me.error} retry={() => void me.refetch()} />
      </Splash>
    );
  }
  return <Splash />;
}

function SignedIn({ me }: { me: Me }) {
  const { live } = useServices();
  useEffect(() => live.start(), [live]);
  useEffect(() => speak(me.language), [me.language]);
  return (
    <MeProvider value={me}>
      <Shell me={me}>
        <Page me={me} />
      </Shell>
      <RemoteAudio />
      <Ringing />
      <Toasts />
    </MeProvider>
  );
}

function Page({ me }: { me: Me }) {
  const path = usePath();
  const manage = path === "/manage" || path.startsWith("/manage/");
  const known = path === "/call" || (manage && manages(me));
  useEffect(() => {
    if (!known) navigate(`/call${path === "/" ? window.location.search : ""}`, true);
  }, [known, path]);
  if (manage && known) {
    return (
      <Suspense fallback={null}>
        <ManagementPage path={path} />
      </Suspense>
    );
  }
  return <SoftphonePage />;
}
