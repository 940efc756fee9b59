/** Who is signed in decides what is shown; the path decides which page. */
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense, useEffect } from "react";
import type { Me } from "../api/types";
import { isSignedOut } from "../compose";
import { speak } from "../i18n";
import { PageLoading } from "./desk/page-loading";
import { RequestAnswers } from "./desk/request-answers";
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
  [
    "account",
    lazy(() =>
      import("./account/account-page").then((module) => ({ default: module.AccountPage })),
    ),
  ],
]);

const FactorGate = lazy(() =>
  import("./account/factor-gate").then((module) => ({ default: module.FactorGate })),
);

const PasswordPage = lazy(() =>
  import("./account/password-page").then((module) => ({ default: module.PasswordPage })),
);
const DuePage = lazy(() =>
  import("./account/due-page").then((module) => ({ default: module.DuePage })),
);

/** Pages of links in mails: for whoever has the link, signed in or not. */
const LINKED: ReadonlyMap<string, ComponentType> = new Map<string, ComponentType>([
  ["welcome", PasswordPage],
  ["reset", PasswordPage],
  [
    "country-request",
    lazy(() =>
      import("./management/linked-request-page").then((module) => ({
        default: module.LinkedRequestPage,
      })),
    ),
  ],
]);

export function App() {
  const Linked = LINKED.get(sectionOf(usePath()));
  if (!Linked) return <Main />;
  return (
    <Suspense fallback={<Splash />}>
      <Linked />
    </Suspense>
  );
}

function Main() {
  const { api } = useServices();
  const me = useQuery(meQuery(api));
  if (me.data?.second_factor_due) {
    return (
      <Suspense fallback={<Splash />}>
        <FactorGate me={me.data} />
      </Suspense>
    );
  }
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
  const due = me.password_days_left !== null && (me.password_days_left ?? 1) <= 0;
  return (
    <MeProvider value={me}>
      {due ? (
        <Suspense fallback={<Splash />}>
          <DuePage />
        </Suspense>
      ) : (
        <Shell me={me}>
          <Page me={me} />
        </Shell>
      )}
      <RemoteAudio />
      <Ringing />
      <RequestAnswers />
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
