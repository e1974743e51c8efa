	.section	.text,"ax",@progbits
	.p2align	4, 0x90
mix_s16:
	.cfi_startproc
	testq	%rdx, %rdx
	je	.LBB0_1
	movswl	%cx, %ecx
	xorl	%r8d, %r8d
	xorl	%eax, %eax
	jmp	.LBB0_4
	.p2align	4, 0x90
.LBB0_5:
	incq	%rax
	movw	$32767, %r9w
.LBB0_8:
	movw	%r9w, (%rdi,%r8,2)
	incq	%r8
	cmpq	%r8, %rdx
	je	.LBB0_2
.LBB0_4:
	movswl	(%rsi,%r8,2), %r10d
	imull	%ecx, %r10d
	subl	$-2048, %r10d
	sarl	$12, %r10d
	movl	$65535, %r11d
	cmpl	%r11d, %r10d
	cmovgl	%r11d, %r10d
	movswl	(%rdi,%r8,2), %r9d
	addl	%r10d, %r9d
	cmpl	$32767, %r9d
	jg	.LBB0_5
	cmpl	$-32769, %r9d
	jg	.LBB0_8
	incq	%rax
	movw	$-32768, %r9w
	jmp	.LBB0_8
.LBB0_1:
	xorl	%eax, %eax
.LBB0_2:
	addq	%rdx, frames_mixed(%rip)
	retq
.Lfunc_end0:
	.cfi_endproc
# verdict: refuted: scaled samples are limited to 65535 first: with -32768 in the mixture the sum is 32767 and not counted as limited: mix -32768, voice 32767, gain 8193
