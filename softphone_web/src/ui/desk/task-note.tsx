/** The note that all who work on a task share. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { moment } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { NoteField, NoteLoading } from "./note-field";
import { taskNoteQuery } from "./queries";

/** `task`: its external id. */
export function TaskNote({ task }: { task: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const queries = useQueryClient();
  const query = taskNoteQuery(api, task);
  const { data, error, refetch } = useQuery(query);
  if (!data)
    return error ? <LoadFailed error={error} retry={() => void refetch()} /> : <NoteLoading />;
  const { by, at } = data;
  return (
    <NoteField
      key={task}
      testId="task-note"
      label={t("desk.note.taskLabel")}
      placeholder={t("desk.note.taskPlaceholder")}
      text={data.text}
      by={by}
      save={async (text) => {
        const stored = await api.noteTask(task, text);
        queries.setQueryData(query.queryKey, stored);
        return stored.text;
      }}
      quiet={by && at ? t("desk.note.by", { name: by, when: moment(at, language) }) : null}
    />
  );
}
