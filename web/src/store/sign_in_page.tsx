import { ApiError } from '@tillcast/client';
import { useEffect, useState, type FormEvent } from 'react';
import { navigate, useAddress } from '../router.tsx';
import { cartOpen } from '../state/cart_store.ts';
import { useSession } from '../state/session.ts';
import { register, signIn } from '../state/sign_in.ts';
import { useTitle } from '../ui/bits.tsx';
import { Field } from '../ui/field.tsx';

const demoPassword = 'demo-pass-1';
const demoAccounts = [
  ['Buyer', 'buyer@demo.shop'],
  ['Bakery seller', 'seller@demo.shop'],
  ['Gadgets seller', 'seller2@demo.shop'],
] as const;

/** Where to go after signing in: only to a page of this app. */
function go(next: string | null): void {
  if (next === 'cart') {
    navigate('/', 'replace');
    // The address change closes the cart; it is opened after that.
    setTimeout(() => cartOpen.set(true));
  } else {
    navigate(next && /^\/(?!\/)/.test(next) ? next : '/', 'replace');
  }
}

export function SignInPage() {
  const { searchParams } = useAddress();
  const next = searchParams.get('next');
  const session = useSession();
  const [isNew, setIsNew] = useState(false);
  const [form, setForm] = useState({ name: '', email: '', password: '' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError>();
  useTitle(isNew ? 'Register' : 'Sign in');
  useEffect(() => {
    if (session.phase === 'in') go(next);
  }, [session.phase, next]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const { name, email, password } = form;
      await (isNew
        ? register(name.trim(), email.trim(), password)
        : signIn(email.trim(), password));
    } catch (error) {
      setProblem(error instanceof ApiError ? error : ApiError.offline());
      setBusy(false);
    }
  };
  const field = (name: keyof typeof form) => ({
    name,
    value: form[name],
    problem: problem?.fields.find((each) => each.field === name)?.detail,
    onChange: (value: string) => setForm({ ...form, [name]: value }),
  });
  return (
    <div className="sign-in">
      <form className="panel" onSubmit={(event) => void submit(event)}>
        <h1>{isNew ? 'Make an account' : 'Sign in'}</h1>
        {problem && (
          <p className="note note-bad" role="alert">
            {problem.detail}
          </p>
        )}
        {isNew && <Field label="Name" autoComplete="name" maxLength={100} {...field('name')} />}
        <Field
          label="Email"
          type="email"
          autoComplete="username"
          maxLength={254}
          {...field('email')}
        />
        <Field
          label="Password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          minLength={isNew ? 8 : 1}
          maxLength={200}
          {...field('password')}
        />
        <button type="submit" className="button button-main" disabled={busy}>
          {isNew ? 'Register' : 'Sign in'}
        </button>
        <p className="quiet">
          {isNew ? 'You have an account?' : 'New here?'}{' '}
          <button type="button" className="link" onClick={() => setIsNew(!isNew)}>
            {isNew ? 'Sign in' : 'Make an account'}
          </button>
        </p>
      </form>
      {!isNew && (
        <DemoAccounts onPick={(email) => setForm({ name: '', email, password: demoPassword })} />
      )}
    </div>
  );
}

/** Offered only when the server says that it shows the demo data. */
function DemoAccounts({ onPick }: { onPick: (email: string) => void }) {
  const [isDemo, setIsDemo] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    fetch('/healthz', { signal: abort.signal })
      .then((response) => response.json())
      .then((health: { demo?: boolean }) => setIsDemo(health.demo === true))
      .catch(() => undefined);
    return () => abort.abort();
  }, []);
  if (!isDemo) return null;
  return (
    <aside className="demo" aria-label="Demo accounts">
      <p>This is a demo. Fill in an account:</p>
      {demoAccounts.map(([label, email]) => (
        <button key={email} type="button" className="button" onClick={() => onPick(email)}>
          {label}
        </button>
      ))}
    </aside>
  );
}
