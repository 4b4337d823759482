// Lets in who has a session; turns a one-time link into one; tells everybody else what to do.
import { Button, Center, Code, Loader, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { explain, isSignedOut } from '@/api/problem';
import { openSession, sessionKey, useSession, useSettings } from '@/api/session';
import { hasChosenLanguage, isLanguage, i18next } from '@/base/i18n';
import { useVocabulary } from '@/api/vocabulary';
import { PlaceProvider } from '@/base/preferences';
import { Failed } from '@/widgets/states';
import { VocabularyContext } from '@/widgets/use_words';
import { Shell } from './shell';

/** Burns the token of the link, once, and takes it out of the address bar whatever comes of it. */
function useOneTimeLink(): { pending: boolean; refused: boolean } {
  const [parameters, setParameters] = useSearchParams();
  const client = useQueryClient();
  const token = parameters.get('token');
  const [pending, setPending] = useState(token !== null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    if (token === null) return;
    const clean = new URLSearchParams(parameters);
    clean.delete('token');
    setParameters(clean, { replace: true });
    openSession(token)
      .catch(() => setRefused(true))
      .finally(() => {
        void client.invalidateQueries({ queryKey: sessionKey }).finally(() => setPending(false));
      });
    // The token of the first address is the only one that counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return { pending, refused };
}

function SignedOut({ refused }: { refused: boolean }) {
  const { t } = useTranslation();
  return (
    <Center mih="100vh" p="md" component="main">
      <Stack gap="md" maw={460}>
        <img src="/favicon.svg" width={48} height={48} alt="" />
        <Title order={1}>{t('session.title')}</Title>
        {refused ? <Text fw={600}>{t('session.expired')}</Text> : null}
        <Text c="dimmed">{t('session.body')}</Text>
        <Text size="sm" c="dimmed">{t('session.example')}:</Text>
        <Code block>{`${location.origin}/?token=…`}</Code>
        <Button onClick={() => location.reload()} variant="default" style={{ alignSelf: 'flex-start' }}>{t('session.retry')}</Button>
      </Stack>
    </Center>
  );
}

export function Gate() {
  const { t } = useTranslation();
  const { pending, refused } = useOneTimeLink();
  const session = useSession();
  const settings = useSettings(session.isSuccess);
  const vocabulary = useVocabulary(session.isSuccess);

  const language = session.data?.language;
  useEffect(() => {
    document.documentElement.lang = i18next.language;
    if (isLanguage(language) && !hasChosenLanguage()) {
      document.documentElement.lang = language;
      void i18next.changeLanguage(language);
    }
  }, [language]);

  if (pending || session.isPending) {
    return <Center mih="100vh"><Loader aria-label={t('session.entering')} /></Center>;
  }
  if (session.isError && !session.data) {
    if (isSignedOut(session.error)) return <SignedOut refused={refused} />;
    return (
      <Center mih="100vh" p="md" component="main">
        <Failed failure={explain(session.error)} onRetry={() => void session.refetch()} />
      </Center>
    );
  }
  if (isSignedOut(session.error)) return <SignedOut refused={refused} />;
  const place = settings.data?.data;
  return (
    <PlaceProvider timezone={place?.timezone ?? 'Europe/Rome'} currency={place?.currency ?? 'EUR'}>
      <VocabularyContext value={vocabulary.data}>
        <Shell session={session.data!} />
      </VocabularyContext>
    </PlaceProvider>
  );
}
