/** Who works on a task: addresses of accounts, each with a way out. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Icon } from "../../shared/icons";
import { usersQuery } from "../../shared/queries";
import { useServices } from "../../shared/services";
import classes from "./tasks.module.css";

interface AssigneesProps {
  value: readonly string[];
  onChange: (value: string[]) => void;
}

export function Assignees({ value, onChange }: AssigneesProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const nameOf = (email: string) => users.find((each) => each.email === email)?.name ?? email;
  return (
    <div className={classes.assignees}>
      <NativeSelect
        label={t("manage.tasks.assignees")}
        description={value.length === 0 ? t("manage.tasks.everybody") : undefined}
        data-testid="task-assignee"
        value=""
        onChange={(event) => onChange([...value, event.currentTarget.value])}
        data={[
          { value: "", label: t("manage.tasks.addAssignee") },
          ...users
            .filter(({ email }) => !value.includes(email))
            .map(({ email, name }) => ({ value: email, label: name })),
        ]}
      />
      {value.length > 0 ? (
        <ul>
          {value.map((email) => (
            <li key={email}>
              {nameOf(email)}
              <button
                type="button"
                aria-label={t("manage.tasks.removeAssignee", { name: nameOf(email) })}
                onClick={() => onChange(value.filter((each) => each !== email))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
