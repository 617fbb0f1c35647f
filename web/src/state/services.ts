import { Api, LiveClient, SocketIoTransport } from '@tillcast/client';

/** The REST calls; the session cookie goes along by itself. */
export const api = new Api();

let sessionEnds = () => {};

/** What to do when the server ends the session. */
export function whenSessionEnds(run: () => void): void {
  sessionEnds = run;
}

/** The live copies that all screens draw from. */
export const live = new LiveClient({
  api,
  transport: new SocketIoTransport(),
  refreshToken: async () => (await api.refresh()).access_token,
  sessionEnded: () => sessionEnds(),
});
