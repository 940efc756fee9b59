/** Fields of forms and filters: label above, what is wrong below, nothing moves. */
import { type ComponentProps, useId } from "react";
import { Icon } from "../shared/icons";
import classes from "./fields.module.css";

interface Around {
  label: string;
  /** What is wrong; said in the place of `hint`. */
  wrong?: string | undefined;
  hint?: string | undefined;
  testId?: string;
}

function useAround({ wrong, hint }: Around) {
  const id = useId();
  const said = wrong ?? hint;
  return {
    id,
    below:
      said === undefined ? null : (
        <p id={`${id}-below`} className={classes.below} data-wrong={wrong ? true : undefined}>
          {said}
        </p>
      ),
    attributes: {
      id,
      className: classes.control,
      "aria-invalid": wrong ? true : undefined,
      "aria-describedby": said ? `${id}-below` : undefined,
    },
  };
}

type TextFieldProps = Around & Omit<ComponentProps<"input">, "id" | "className">;

export function TextField({ label, wrong, hint, testId, ...rest }: TextFieldProps) {
  const { id, below, attributes } = useAround({ label, wrong, hint });
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <input type="text" autoComplete="off" {...rest} {...attributes} data-testid={testId} />
      {below}
    </div>
  );
}

type AreaFieldProps = Around & Omit<ComponentProps<"textarea">, "id" | "className">;

export function AreaField({ label, wrong, hint, testId, ...rest }: AreaFieldProps) {
  const { id, below, attributes } = useAround({ label, wrong, hint });
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <textarea {...rest} {...attributes} data-testid={testId} />
      {below}
    </div>
  );
}

interface SelectFieldProps extends Around {
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

export function SelectField({ label, wrong, hint, testId, ...rest }: SelectFieldProps) {
  const { id, below, attributes } = useAround({ label, wrong, hint });
  const { value, options, onChange } = rest;
  const known = options.some((option) => option.value === value);
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <div className={classes.select}>
        <select
          {...attributes}
          data-testid={testId}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {known ? null : <option value={value}>{value}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={17} />
      </div>
      {below}
    </div>
  );
}

interface SearchFieldProps {
  label: string;
  testId: string;
  value: string;
  onChange: (value: string) => void;
}

export function SearchField({ label, testId, value, onChange }: SearchFieldProps) {
  return (
    <div className={classes.search}>
      <Icon name="search" size={19} />
      <input
        type="search"
        className={classes.control}
        data-testid={testId}
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

interface SwitchFieldProps {
  label: string;
  hint?: string;
  testId: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function SwitchField({ label, hint, testId, checked, onChange }: SwitchFieldProps) {
  const id = useId();
  return (
    <label className={classes.switch} htmlFor={id}>
      <span>
        {label}
        {hint ? <small>{hint}</small> : null}
      </span>
      <input
        id={id}
        type="checkbox"
        data-testid={testId}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
