// Providers, then the session gate, then the routes.
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';
import { isSignedOut } from '@/api/problem';
import { ApiError } from '@/api/client';
import { sessionKey } from '@/api/session';
import { cssVariables, theme } from '@/base/theme';
import { router } from './router';
import { Toasts } from './toasts';

// A call that finds the session gone asks for the session again: the gate then shows the sign-in page.
function onFailure(error: unknown, key?: readonly unknown[]): void {
  if (isSignedOut(error) && key?.[0] !== sessionKey[0]) void client.invalidateQueries({ queryKey: sessionKey });
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => onFailure(error, query.queryKey) }),
  mutationCache: new MutationCache({ onError: (error) => onFailure(error) }),
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      // Only what may pass by itself is tried again: no answer, or a busy server.
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Toasts />
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
