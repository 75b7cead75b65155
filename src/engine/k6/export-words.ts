/** 12,345 */
export const formatCount = (n: number): string => n.toLocaleString('en-US')
