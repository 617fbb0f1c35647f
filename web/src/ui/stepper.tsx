import { QUANTITY_MAX } from '../state/cart.ts';
import { MinusIcon, PlusIcon } from './icons.tsx';

interface Props {
  value: number;
  /** What is being counted, for a screen reader. */
  label: string;
  min?: number;
  max?: number;
  onChange: (value: number) => void;
}

export function Stepper({ value, label, min = 1, max = QUANTITY_MAX, onChange }: Props) {
  return (
    <div className="stepper" role="group" aria-label={`Quantity of ${label}`}>
      <button
        type="button"
        aria-label="One less"
        disabled={value <= min}
        onClick={() => onChange(value - 1)}
      >
        <MinusIcon />
      </button>
      <output aria-live="polite">{value}</output>
      <button
        type="button"
        aria-label="One more"
        disabled={value >= max}
        onClick={() => onChange(value + 1)}
      >
        <PlusIcon />
      </button>
    </div>
  );
}
