const addresses = /[^\s"'<>(),;:]+@[^\s"'<>(),;]+/g;
const urlsWithPassword = /\b\w+:\/\/[^\s/@]*@/g;
/** Reader tokens and keys, which unlike long words mix in digits or capitals. */
const tokens = /\b(?=[\w-]*[0-9A-Z])[\w-]{20,}\b/g;

/** Takes out of a message what no log may hold: addresses, tokens, passwords. */
export const withoutReaders = (message: string) =>
  message.replace(urlsWithPassword, '…').replace(addresses, '…').replace(tokens, '…');
