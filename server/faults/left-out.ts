// Faults that are not played here, each with the reason.

export const LEFT_OUT: readonly { readonly id: string; readonly because: string }[] = [
  {
    id: 'F20',
    because:
      '`npm run load` has slowloris, idle connections, bombs and a flood beside its good clients',
  },
  {
    id: 'F22',
    because:
      'there is one migration, 0001: nothing is deployed that a second one would have to change',
  },
]
