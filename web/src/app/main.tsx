// Wires the app together and starts it.
import '@mantine/core/styles.css';
import './global.css';
import '@/base/i18n';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
