import { ApiError, type Product } from '@tillcast/client';
import { useId, useState, type FormEvent } from 'react';
import { useRecords } from '../state/rooms.ts';
import { api } from '../state/services.ts';
import { useUser, useUserRoom } from '../state/session.ts';
import { toast } from '../state/toasts.ts';

const TEXT_MAX = 2_000;

/** For those who bought the product and have not written about it yet; nothing for anybody else. */
export function ReviewForm({ product }: { product: Product }) {
  const user = useUser();
  const orders = useRecords(useUserRoom(), 'order');
  const reviews = useRecords('market', 'review');
  const bought = orders.some(
    ({ status, items }) =>
      status !== 'cancelled' && items.some(({ product_id }) => product_id === product.id),
  );
  const written = reviews.some(
    (each) => each.product_id === product.id && each.author_id === user?.id,
  );
  return user && bought && !written ? <Form product={product} /> : null;
}

function Form({ product }: { product: Product }) {
  const [rating, setRating] = useState(5);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const id = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.addReview(product.id, { rating, text: text.trim() });
      toast('ok', 'Thank you for your review.');
    } catch (error) {
      toast('bad', error instanceof ApiError ? error.detail : 'The review was not saved.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="review-form" onSubmit={(event) => void submit(event)}>
      <p>You bought this. How is it?</p>
      <div className="field">
        <label htmlFor={`${id}-rating`}>Rating</label>
        <select
          id={`${id}-rating`}
          value={rating}
          onChange={(event) => setRating(Number(event.target.value))}
        >
          {[5, 4, 3, 2, 1].map((stars) => (
            <option key={stars} value={stars}>
              {'★'.repeat(stars)} {stars} of 5
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-text`}>Review</label>
        <textarea
          id={`${id}-text`}
          rows={3}
          required
          maxLength={TEXT_MAX}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <button type="submit" className="button button-main" disabled={busy}>
        Publish review
      </button>
    </form>
  );
}
