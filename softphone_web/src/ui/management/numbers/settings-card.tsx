/** The settings of a number, each with what it is for. */
import {
  Button,
  Chip,
  Fieldset,
  NativeSelect,
  NumberInput,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { troubleOf } from "../../../phone/phone";
import { useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { ErrorBox, errorText } from "../../shared/trouble";
import { GreetingSelect } from "../greeting-select";
import classes from "./number-page.module.css";
import {
  groupsQuery,
  type NumberSettings,
  type NumberState,
  type OurNumber,
  putNumber,
  useRefreshNumbers,
} from "./numbers-api";
import { differs, EMPTY, formOf, type SettingsForm, settingsOf } from "./settings-form";

const STATES: NumberState[] = ["ours", "forwarding-in", "porting", "ported"];
const COOL_DOWNS = ["ring", "voicemail", "head-office"] as const;

interface PartProps {
  form: SettingsForm;
  set: (change: Partial<SettingsForm>) => void;
}

function Calls({ form, set }: PartProps) {
  const { t } = useTranslation();
  const f = (key: "label" | "labelHint") => t(`manage.numbers.form.${key}`);
  return (
    <>
      <TextInput
        label={f("label")}
        description={f("labelHint")}
        required
        maxLength={100}
        data-testid="number-label"
        value={form.label}
        onChange={(event) => set({ label: event.currentTarget.value })}
      />
      <div className={classes.pair}>
        <NumberInput
          label={t("manage.numbers.form.ringSeconds")}
          description={t("manage.numbers.form.ringHint")}
          min={3}
          max={120}
          allowDecimal={false}
          data-testid="number-ring-seconds"
          value={form.ring_seconds}
          onChange={(value) => set({ ring_seconds: Number(value) || 20 })}
        />
        <NativeSelect
          label={t("manage.numbers.form.language")}
          description={"\u00a0"}
          value={form.language}
          onChange={(event) => set({ language: event.currentTarget.value === "en" ? "en" : "de" })}
          data={[
            { value: "de", label: "Deutsch" },
            { value: "en", label: "English" },
          ]}
        />
      </div>
      <GreetingSelect value={form.greeting} onChange={(greeting) => set({ greeting })} />
      <Textarea
        label={t("manage.numbers.form.recipients")}
        description={t("manage.numbers.form.recipientsHint")}
        autosize
        data-testid="number-recipients"
        value={form.recipients}
        onChange={(event) => set({ recipients: event.currentTarget.value })}
      />
      <TextInput
        label={t("manage.numbers.form.cc")}
        data-testid="number-cc"
        value={form.cc}
        onChange={(event) => set({ cc: event.currentTarget.value })}
      />
      <Switch
        label={t("manage.numbers.form.caller")}
        description={t("manage.numbers.form.callerHint")}
        data-testid="number-caller"
        checked={form.show_as_caller_id}
        onChange={(event) => set({ show_as_caller_id: event.currentTarget.checked })}
      />
    </>
  );
}

function Groups({ form, set }: PartProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery(groupsQuery(api));
  const names = data?.items.map((group) => group.name) ?? form.groups;
  return (
    <Fieldset legend={t("manage.numbers.form.groups")} className={classes.fieldset ?? ""}>
      {names.length === 0 ? (
        <p className={classes.hint}>{t("manage.numbers.form.noGroups")}</p>
      ) : null}
      <Chip.Group
        multiple
        value={form.groups}
        onChange={(groups) => set({ groups: groups.sort() })}
      >
        <div className={classes.chips}>
          {names.map((name) => (
            <Chip key={name} value={name} variant="outline">
              {name}
            </Chip>
          ))}
        </div>
      </Chip.Group>
    </Fieldset>
  );
}

function Place({ form, set }: PartProps) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={t("manage.numbers.form.address")} className={classes.fieldset ?? ""}>
      <p className={classes.hint}>{t("manage.numbers.form.addressHint")}</p>
      <TextInput
        label={t("manage.numbers.form.street")}
        maxLength={100}
        data-testid="number-street"
        value={form.street}
        onChange={(event) => set({ street: event.currentTarget.value })}
      />
      <div className={classes.pair}>
        <TextInput
          label={t("manage.numbers.form.postcode")}
          maxLength={12}
          data-testid="number-postcode"
          value={form.postcode}
          onChange={(event) => set({ postcode: event.currentTarget.value })}
        />
        <TextInput
          label={t("manage.numbers.form.city")}
          maxLength={100}
          data-testid="number-city"
          value={form.city}
          onChange={(event) => set({ city: event.currentTarget.value })}
        />
      </div>
      <TextInput
        label={t("manage.numbers.form.country")}
        description={t("manage.numbers.form.countryHint")}
        maxLength={2}
        data-testid="number-country"
        value={form.address_country}
        onChange={(event) => set({ address_country: event.currentTarget.value.toUpperCase() })}
      />
    </Fieldset>
  );
}

function Life({ form, set }: PartProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.pair}>
        <NativeSelect
          label={t("manage.numbers.form.state")}
          description={t(`manage.numbers.stateHints.${form.state}`)}
          data-testid="number-state"
          value={form.state}
          onChange={(event) => set({ state: event.currentTarget.value as NumberState })}
          data={STATES.map((value) => ({ value, label: t(`manage.numbers.states.${value}`) }))}
        />
        <TextInput
          label={t("manage.numbers.form.trunk")}
          description={t("manage.numbers.form.trunkHint")}
          maxLength={100}
          value={form.trunk}
          onChange={(event) => set({ trunk: event.currentTarget.value })}
        />
      </div>
      <Fieldset legend={t("manage.numbers.form.coolDown")} className={classes.fieldset ?? ""}>
        <p className={classes.hint}>{t("manage.numbers.form.coolDownHint")}</p>
        <div className={classes.pair}>
          <NumberInput
            label={t("manage.numbers.form.coolDownDays")}
            min={0}
            max={90}
            allowDecimal={false}
            data-testid="number-cool-down-days"
            value={form.cool_down_days}
            onChange={(value) => set({ cool_down_days: Number(value) || 0 })}
          />
          <NativeSelect
            label={t("manage.numbers.form.coolDownWhat")}
            data-testid="number-cool-down"
            value={form.cool_down}
            onChange={(event) =>
              set({ cool_down: event.currentTarget.value as SettingsForm["cool_down"] })
            }
            data={COOL_DOWNS.map((value) => ({
              value,
              label: t(`manage.numbers.form.coolDowns.${value}`),
            }))}
          />
        </div>
      </Fieldset>
    </>
  );
}

interface SettingsCardProps {
  /** None: a new one. */
  number?: OurNumber;
  onSaved?: (number: OurNumber) => void;
}

export function SettingsCard({ number, onSaved }: SettingsCardProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshNumbers();
  const [form, setForm] = useState<SettingsForm>(number ? formOf(number) : EMPTY);
  const set = (change: Partial<SettingsForm>) => setForm((now) => ({ ...now, ...change }));
  const save = useMutation({
    mutationFn: (settings: NumberSettings) => putNumber(api, settings),
    onSuccess: (next) => {
      const key = number ? "saved" : "created";
      tell(t(`manage.numbers.form.${key}`, { number: next.national }));
      setForm(formOf(next));
      onSaved?.(next);
    },
    onSettled: refresh,
  });
  const settings = settingsOf(form);
  const changed = number ? differs(number, settings) : settings.e164 !== "";
  return (
    <form
      className={classes.form}
      data-testid="number-settings"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(settings);
      }}
    >
      {number ? null : (
        <TextInput
          label={t("manage.numbers.form.e164")}
          description={t("manage.numbers.form.e164Hint")}
          required
          type="tel"
          data-testid="number-e164"
          value={form.e164}
          onChange={(event) => set({ e164: event.currentTarget.value })}
        />
      )}
      <Calls form={form} set={set} />
      <Groups form={form} set={set} />
      <Life form={form} set={set} />
      <Place form={form} set={set} />
      {save.error ? (
        <ErrorBox errorId={troubleOf(save.error).errorId}>{errorText(save.error)}</ErrorBox>
      ) : null}
      <div className={classes.end}>
        <Button
          type="submit"
          loading={save.isPending}
          disabled={!changed}
          data-testid="number-save"
        >
          {t("manage.numbers.form.save")}
        </Button>
      </div>
    </form>
  );
}
