import { useStore } from '../state/store.ts';
import { dismiss, toasts } from '../state/toasts.ts';
import { AlertIcon, CheckIcon, CloseIcon } from './icons.tsx';

/** What has just happened, at the edge of the screen, and told to a screen reader. */
export function ToastList() {
  const all = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {all.map(({ id, tone, text }) => (
        <div key={id} className={`toast toast-${tone}`}>
          {tone === 'warn' || tone === 'bad' ? <AlertIcon /> : <CheckIcon />}
          <p>{text}</p>
          <button
            type="button"
            className="icon-button"
            aria-label="Dismiss"
            onClick={() => dismiss(id)}
          >
            <CloseIcon />
          </button>
        </div>
      ))}
    </div>
  );
}
