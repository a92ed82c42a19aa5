import type { CSSProperties, ReactNode } from 'react';

interface BlockProps {
  readonly style: CSSProperties;
  readonly className?: string;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A full-width cell, the only kind of box that keeps its padding and border in every client. */
export function Block({ style, className, id, children }: BlockProps) {
  return (
    <table role="presentation" width="100%" cellPadding="0" cellSpacing="0" id={id}>
      <tbody>
        <tr>
          <td className={className} style={style}>
            {children}
          </td>
        </tr>
      </tbody>
    </table>
  );
}
