/** Who is signed in decides what is shown; the path decides which page. */
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense, useEffect } from "react";
import type { Me } from "../api/types";
import { isSignedOut } from "../compose";
import { speak } from "../i18n";
import { CountryAnswers } from "./desk/country-answers";
import { PageLoading } from "./desk/page-loading";
import { LoginPage } from "./login/login-page";
import { manages } from "./shared/access";
import { PageGuard } from "./shared/page-guard";
import { meQuery } from "./shared/queries";
import { RemoteAudio } from "./shared/remote-audio";
import { Ringing } from "./shared/ringing";
import { navigate, sectionOf, usePath } from "./shared/router";
import { MeProvider, useServices } from "./shared/services";
import { Shell } from "./shared/shell";
import { Splash } from "./shared/splash";
import { Toasts } from "./shared/toasts";
import { LoadFailed } from "./shared/trouble";
import { SoftphonePage } from "./softphone/softphone-page";

const ManagementPage = lazy(() =>
  import("./management/management-page").then((module) => ({ default: module.ManagementPage })),
);

/** Pages beside the phone: each comes when it is opened. */
const DESK: ReadonlyMap<string, ComponentType> = new Map([
  [
    "history",
    lazy(() => import("./desk/history-page").then((module) => ({ default: module.HistoryPage }))),
  ],
  [
    "contacts",
    lazy(() => import("./desk/contacts-page").then((module) => ({ default: module.ContactsPage }))),
  ],
  [
    "messages",
    lazy(() => import("./desk/messages-page").then((module) => ({ default: module.MessagesPage }))),
  ],
  [
    "quality",
    lazy(() => import("./desk/quality-page").then((module) => ({ default: module.QualityPage }))),
  ],
]);

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
      <CountryAnswers />
      <Toasts />
    </MeProvider>
  );
}

function Page({ me }: { me: Me }) {
  const path = usePath();
  const section = sectionOf(path);
  const manage = section === "manage" && manages(me);
  const Desk = DESK.get(section);
  const known = section === "call" || manage || Desk !== undefined;
  useEffect(() => {
    if (!known) navigate(`/call${path === "/" ? window.location.search : ""}`, true);
  }, [known, path]);
  if (!manage && !Desk) return <SoftphonePage />;
  return (
    <PageGuard key={section}>
      <Suspense fallback={<PageLoading />}>
        {manage ? <ManagementPage path={path} /> : null}
        {Desk ? <Desk /> : null}
      </Suspense>
    </PageGuard>
  );
}
