// What the server has, asked for by REST, for choosing goods and comparing screens.
export interface Goods {
  id: string;
  name: string;
  shop_id: string;
  stock: number;
  price_minor: number;
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

/** A product of the bakery with enough of it for a test. */
export async function plentifulProduct(origin: string): Promise<Goods> {
  const shops = await get<{ items: { id: string; slug: string }[] }>(`${origin}/api/v1/shops`);
  const bakery = shops.items.find(({ slug }) => slug === 'bakery');
  const products = await get<{ items: Goods[] }>(
    `${origin}/api/v1/products?shop=${bakery?.id}&limit=100`,
  );
  const found = products.items.find(({ stock }) => stock >= 12);
  if (!found) throw new Error('the demo bakery has nothing that is plentiful');
  return found;
}

export async function stockOf(origin: string, id: string): Promise<number> {
  return (await get<Goods>(`${origin}/api/v1/products/${id}`)).stock;
}
