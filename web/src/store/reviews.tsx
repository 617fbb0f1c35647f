import type { Product } from '@tillcast/client';
import { useMemo } from 'react';
import { dateTime, plural } from '../format.ts';
import { useRecords } from '../state/rooms.ts';
import { ReviewForm } from './review_form.tsx';

/** What buyers say; the newest first. */
export function Reviews({ product }: { product: Product }) {
  const all = useRecords('market', 'review');
  const reviews = useMemo(
    () =>
      all
        .filter((each) => each.product_id === product.id)
        .sort((a, b) => b.created_at.localeCompare(a.created_at)),
    [all, product.id],
  );
  return (
    <section className="reviews" aria-labelledby="reviews">
      <h2 id="reviews">{reviews.length ? plural(reviews.length, 'review') : 'Reviews'}</h2>
      {reviews.length === 0 && <p className="quiet">Nobody has written about it yet.</p>}
      <ReviewForm product={product} />
      <ul>
        {reviews.map((review) => (
          <li key={review.id} className="review">
            <p className="review-head">
              <b>{review.author_name}</b>
              <span className="review-stars" role="img" aria-label={`${review.rating} of 5 stars`}>
                {'★'.repeat(review.rating)}
                <i>{'★'.repeat(5 - review.rating)}</i>
              </span>
              <time dateTime={review.created_at}>{dateTime(review.created_at)}</time>
            </p>
            <p>{review.text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
