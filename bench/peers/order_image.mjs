// An order as both stores keep it and as it is told.
export function order_image(number, taken, product, quantity, at) {
  const items = [{ product_id: product, name: taken.name, quantity, price_minor: taken.price_minor }];
  const total_minor = taken.price_minor * quantity;
  return { id: String(number), version: 1, created_at: at, number, items, total_minor, status: "pending" };
}
