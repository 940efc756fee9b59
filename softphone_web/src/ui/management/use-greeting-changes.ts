/** Changes of a greeting, each with its way back. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { moment } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import {
  type Greeting,
  GreetingsApi,
  type GreetingVersion,
  greetingsKey,
  type ValidFrom,
} from "./greetings-api";

interface Plan {
  version: GreetingVersion;
  from: ValidFrom;
}

/** Reloads the list after whatever was done, and tells of what failed. */
function useChange<T>(
  run: (api: GreetingsApi, what: T) => Promise<unknown>,
  done: (what: T) => void,
) {
  const { api } = useServices();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (what: T) => run(new GreetingsApi(api), what),
    onSuccess: (_, what) => done(what),
    onError: (error) => warn(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: greetingsKey }),
  });
}

const nothing = () => undefined;

export function useChanges(greeting: Greeting) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id, name } = greeting;

  const renameBack = useChange((api, old: string) => api.rename(id, old), nothing);
  const rename = useChange(
    (api, next: string) => api.rename(id, next),
    (next) => tell(t("manage.greetings.renamed", { name: next }), () => renameBack.mutate(name)),
  );

  const restore = useChange((api, gone: Greeting) => api.restore(gone.id), nothing);
  const remove = useChange(
    (api, gone: Greeting) => api.remove(gone.id),
    (gone) => tell(t("manage.greetings.removed", { name: gone.name }), () => restore.mutate(gone)),
  );

  const planBack = useChange((api, plan: Plan) => api.plan(plan.version.id, plan.from), nothing);
  const plan = useChange(
    (api, next: Plan) => api.plan(next.version.id, next.from),
    ({ version, from }) => {
      const { number } = version;
      const text =
        from === null
          ? t("manage.greetings.withdrawn", { number })
          : from === "now"
            ? t("manage.greetings.activated", { number })
            : t("manage.greetings.planned", { number, time: moment(from, language) });
      tell(text, () => planBack.mutate({ version, from: version.valid_from }));
    },
  );

  const restoreVersion = useChange(
    (api, version: GreetingVersion) => api.restoreVersion(version.id),
    nothing,
  );
  const removeVersion = useChange(
    (api, version: GreetingVersion) => api.removeVersion(version.id),
    (version) =>
      tell(t("manage.greetings.versionRemoved", { number: version.number }), () =>
        restoreVersion.mutate(version),
      ),
  );
  return { rename, remove, plan, removeVersion };
}
