/** Texts for customers: shown as they arrive, changed with placeholders. */
import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { ListCard } from "../parts";
import classes from "./integration.module.css";
import {
  previewTemplate,
  putTemplate,
  type Template,
  type Templates as TemplatesView,
  templatesQuery,
  useChange,
} from "./integration-api";

function usePreview(text: string, language: Template["language"]) {
  const { api } = useServices();
  const wanted = useDebounced(text, 300);
  return useQuery({
    queryKey: ["integration", "preview", language, wanted],
    queryFn: () => previewTemplate(api, wanted, language),
    retry: false,
  });
}

function useName() {
  const { t } = useTranslation();
  return ({ name, language }: Template) =>
    t(`manage.integration.templates.${name}`, {
      language: t(`manage.integration.languages.${language}`),
    });
}

interface EditProps {
  template: Template;
  placeholders: TemplatesView["placeholders"];
  onClose: () => void;
}

function Edit({ template, placeholders, onClose }: EditProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const name = useName();
  const [text, setText] = useState(template.text);
  const preview = usePreview(text, template.language);
  const save = useChange(
    (wish: { text: string | null; undo: boolean }) => putTemplate(api, template, wish.text),
    (_, { undo }) => {
      onClose();
      const before = template.shipped ? null : template.text;
      tell(
        t("manage.integration.templateSaved"),
        undo ? () => save.mutate({ text: before, undo: false }) : undefined,
      );
    },
  );
  return (
    <Dialog title={name(template)} side onClose={onClose}>
      <div className={classes.form}>
        <Textarea
          label={t("manage.integration.text")}
          autosize
          minRows={8}
          maxLength={4000}
          data-testid="template-text"
          error={preview.error ? errorText(preview.error) : null}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <dl className={classes.placeholders}>
          {placeholders.map((each) => (
            <div key={each.name}>
              <dt>
                <code>{`{${each.name}}`}</code>
              </dt>
              <dd>{each.meaning}</dd>
            </div>
          ))}
        </dl>
        <section aria-label={t("manage.integration.preview")}>
          <h3 className={classes.heading}>{t("manage.integration.preview")}</h3>
          <p className={classes.preview} data-testid="template-preview">
            {preview.data?.text ?? ""}
          </p>
        </section>
        <div className={classes.span}>
          <Button
            loading={save.isPending}
            disabled={preview.isError || text === template.text}
            data-testid="save-template"
            onClick={() => save.mutate({ text, undo: true })}
          >
            {t("manage.integration.save")}
          </Button>
          {template.shipped ? null : (
            <Button
              variant="subtle"
              loading={save.isPending}
              onClick={() => save.mutate({ text: null, undo: true })}
            >
              {t("manage.integration.shippedAgain")}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

export function Templates() {
  const { t } = useTranslation();
  const { api } = useServices();
  const query = useQuery(templatesQuery(api));
  const name = useName();
  const [edited, setEdited] = useState<Template | null>(null);
  return (
    <>
      <p className={classes.hint}>{t("manage.integration.templatesHint")}</p>
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={null}
      >
        <ul data-testid="templates">
          {(query.data?.items ?? []).map((template) => (
            <li key={`${template.name}-${template.language}`} className={classes.item}>
              <button
                type="button"
                className={`${list.row} ${classes.open}`}
                data-testid={`template-${template.name}-${template.language}`}
                onClick={() => setEdited(template)}
              >
                <span className={`${list.two} ${list.grow}`}>
                  <strong>{name(template)}</strong>
                  <small>{template.text.replace(/\s+/g, " ")}</small>
                </span>
                <span className={list.badge}>
                  {template.shipped
                    ? t("manage.integration.shipped")
                    : t("manage.integration.changed")}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </ListCard>
      {edited && query.data ? (
        <Edit
          template={edited}
          placeholders={query.data.placeholders}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </>
  );
}
