import { useState } from 'react';

/** A product's picture; its first letter while there is none, or when it cannot be loaded. */
export function Picture({ src, name }: { src: string | undefined; name: string }) {
  const [failed, setFailed] = useState<string>();
  if (!src || failed === src) {
    return (
      <span className="picture picture-letter" aria-hidden="true">
        {name.slice(0, 1)}
      </span>
    );
  }
  return (
    <img
      className="picture"
      src={src}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setFailed(src)}
    />
  );
}
