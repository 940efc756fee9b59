/** Customers, tasks and work times from CSV files. */
import { useTranslation } from "react-i18next";
import { FileImport } from "../../desk/file-import";
import { useServices } from "../../shared/services";
import { type FileOf, importFile, useRefreshTasks } from "./tasks-api";

const WORDS = { tasks: "tasks", "work-times": "workTimes", customers: "customers" } as const;

export function BillingImport({ what, onClose }: { what: FileOf; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshTasks();
  return (
    <FileImport
      testId={`${what}-import`}
      title={t(`manage.tasks.importing.${WORDS[what]}.title`)}
      intro={t(`manage.tasks.importing.${WORDS[what]}.intro`)}
      send={(file, dryRun) => importFile(api, what, file, dryRun)}
      onDone={refresh}
      onClose={onClose}
    />
  );
}
