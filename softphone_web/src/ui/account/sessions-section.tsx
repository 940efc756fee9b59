/** Where one, or another person, is signed in, and ending that. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SessionView } from "../../api/types";
import page from "../desk/page.module.css";
import buttons from "../shared/button.module.css";
import { moment } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText, LoadFailed } from "../shared/trouble";
import { browserName } from "./browser-name";
import { useWords } from "./copy-button";
import { sessionsKey } from "./keys";
import classes from "./sign-in.module.css";

function Row({ session, onEnd }: { session: SessionView; onEnd: () => void }) {
  const w = useWords();
  const language = useLanguage();
  const known = browserName(session.agent);
  const name = known ? w("sessions.on", known) : session.agent || w("sessions.unknown");
  const said = [
    session.opened_at ? w("sessions.opened", { at: moment(session.opened_at, language) }) : null,
    session.used_at ? w("sessions.used", { at: moment(session.used_at, language) }) : null,
  ];
  return (
    <li data-testid="session" data-current={session.current}>
      <div className={classes.what}>
        <strong>{name}</strong>
        <small>{said.filter(Boolean).join(" · ")}</small>
      </div>
      {session.current ? (
        <span className={page.badge}>{w("sessions.here")}</span>
      ) : (
        <button
          type="button"
          className={buttons.secondary}
          data-testid="end-session"
          aria-label={w("sessions.endOf", { browser: name })}
          onClick={onEnd}
        >
          {w("sessions.end")}
        </button>
      )}
    </li>
  );
}

/** `of`: another person's id; null: one's own. */
export function SessionsSection({ of = null }: { of?: string | null }) {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: sessionsKey(of), queryFn: () => api.sessions(of) });
  const after = {
    onError: (error: Error) => warn(errorText(error)),
    onSettled: () => void queries.invalidateQueries({ queryKey: sessionsKey(of) }),
  };
  const end = useMutation({
    mutationFn: (id: string) => api.endSession(of, id),
    onSuccess: () => tell(w("sessions.ended")),
    ...after,
  });
  const endAll = useMutation({
    mutationFn: () => api.endSessions(of),
    onSuccess: () => tell(w(of ? "sessions.allEnded" : "sessions.othersEnded")),
    ...after,
  });
  const items = sessions.data?.items ?? [];
  return (
    <section className={classes.section} aria-labelledby="sessions-title">
      <div className={classes.top}>
        <div>
          <h2 id="sessions-title">{w("sessions.title")}</h2>
          <p>{w("sessions.hint")}</p>
        </div>
        {items.length > 1 ? (
          <button
            type="button"
            className={buttons.secondary}
            data-testid="end-others"
            onClick={() => endAll.mutate()}
          >
            {w(of ? "sessions.endAll" : "sessions.endOthers")}
          </button>
        ) : null}
      </div>
      {sessions.error ? (
        <LoadFailed error={sessions.error} retry={() => void sessions.refetch()} />
      ) : null}
      {sessions.data && items.length === 0 ? (
        <p className={classes.hint}>{w("sessions.none")}</p>
      ) : null}
      <ul className={classes.rows}>
        {items.map((session) => (
          <Row key={session.id} session={session} onEnd={() => end.mutate(session.id)} />
        ))}
      </ul>
    </section>
  );
}
