// Faults that are not played here, each with the reason.

export const LEFT_OUT: readonly { readonly id: string; readonly because: string }[] = []
